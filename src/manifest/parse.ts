/** From an evaluated manifest, or from `manifest.json`, to a checked one; and back to the wire. */
import { ExitCode, Failure } from '../errors/index.js';
import { checkManifest, withPlainSchemas } from './check.js';
import { typescript, type Dialect } from './dialect.js';
import { normaliseVersion } from './identity.js';
import type { Problem } from './problem.js';
import { manifestSchema, type PluginManifest } from './schema.js';
import type { StaticManifest } from './static/read.js';
import { placeOf } from './static/places.js';
import { formatPath, type TreeObject } from './tree.js';

/** Where the manifest was written, for messages: its path, or all of what `readStatic` made of it. */
export type ManifestSource = StaticManifest | { path: string };

/**
 * Checks the default export of an evaluated manifest. Warnings do not fail it (`checkManifest` lists them).
 * @param value the default export; its schemas are zod objects, JSON Schema or tables of fields
 * @param source for messages; with what `readStatic` gives they name line and column
 * @param dialect the language that it was written in
 * @throws Failure `manifest-invalid`; `details.problems` is `{rule, path, message, why, next, line?, column?}[]`
 */
export function parseManifest(value: unknown, source?: ManifestSource, dialect: Dialect = typescript): PluginManifest {
  const problems = checkManifest(value, dialect).filter(({ severity }) => severity === 'error');
  if (problems.length > 0) throw invalid(problems, source);
  const manifest = manifestSchema.parse(withPlainSchemas(withoutStrangeKeys(value as TreeObject)));
  return { ...manifest, version: normaliseVersion(manifest.version) };
}

/** Keys that were no more than a warning go no further. */
function withoutStrangeKeys(tree: TreeObject): TreeObject {
  return Object.fromEntries(Object.entries(tree).filter(([key]) => Object.hasOwn(manifestSchema.shape, key)));
}

/** The content of `manifest.json`: fixed key order, defaults written out, schemas as JSON Schema. */
export function toWire(manifest: PluginManifest): Record<string, unknown> {
  const wire: Record<string, unknown> = {};
  for (const key of Object.keys(manifestSchema.shape) as (keyof PluginManifest)[]) {
    if (manifest[key] !== undefined) wire[key] = manifest[key];
  }
  return wire;
}

/** Reads the parsed content of a `manifest.json`. @throws Failure `manifest-invalid` */
export function fromWire(json: unknown): PluginManifest {
  return parseManifest(json, { path: 'manifest.json' });
}

function invalid(problems: Problem[], source: ManifestSource | undefined): Failure {
  const path = source?.path ?? 'the manifest';
  const placed = problems.map(({ rule, path: keys, at, message, why, next }) => {
    const place = source !== undefined && 'places' in source ? placeOf(source, keys, at) : undefined;
    return { rule, path: formatPath(keys), message, why, next, ...(place === undefined ? {} : { line: place.line, column: place.column }) };
  });
  const [first] = placed;
  const alone = placed.length === 1;
  const lines = placed.map(({ message, next, line, column }) => `${line === undefined ? '' : `${line}:${column} `}${message}${alone ? '' : ` ${next}`}`);
  return new Failure({
    code: 'manifest-invalid',
    message: alone ? `${path} is not valid: ${lines[0]}` : `${path} has ${placed.length} mistakes:\n${lines.map((line) => `  ${line}`).join('\n')}`,
    why: first?.why,
    next: alone ? first?.next : 'Correct them; `plugin lint --fix` does it where the correction is certain.',
    details: { problems: placed },
    exitCode: ExitCode.cannotRun,
  });
}
