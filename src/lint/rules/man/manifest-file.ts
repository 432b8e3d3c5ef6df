/** A manifest file as lint sees it: when it is one, what is wrong with it, and where. */
import {
  checkStatic,
  fixOf,
  placeOf,
  pluginPart,
  readManifestAst,
  type Problem,
  type StaticManifest,
} from '../../../manifest/index.js';
import type { Report, SourceFile } from '../../rule.js';

/** Whether the file has the name of a manifest (`manifest.ts`, `.mts`, `.js`, `.mjs`). */
export function isManifestFile(path: string): boolean {
  return pluginPart(path.slice(path.lastIndexOf('/') + 1)) === 'manifest';
}

// Every rule asks about the same file; the tree is the key, so that nothing outlives it.
const readings = new WeakMap<SourceFile['ast'], StaticManifest>();
const problems = new WeakMap<SourceFile['ast'], readonly Problem[]>();

export function readingOf(file: SourceFile): StaticManifest {
  const known = readings.get(file.ast);
  if (known !== undefined) return known;
  const reading = readManifestAst(file.ast, file.text, file.path);
  readings.set(file.ast, reading);
  return reading;
}

/** The problems of a manifest file. Deeper folders may have a `manifest.ts` that is something else: then none. */
export function problemsOf(file: SourceFile): readonly Problem[] {
  const known = problems.get(file.ast);
  if (known !== undefined) return known;
  const reading = readingOf(file);
  const found = reading.isPlugin || !file.path.includes('/') ? checkStatic(reading) : [];
  problems.set(file.ast, found);
  return found;
}

/** A problem at its place; without one when the file as a whole is meant. */
export function toReport(file: SourceFile, problem: Problem): Report {
  const { message, why, next, path, at } = problem;
  const reading = readingOf(file);
  const fix = fixOf(reading, problem);
  return { at: placeOf(reading, path, at) ?? null, message, why, next, ...(fix === undefined ? {} : { fix }) };
}
