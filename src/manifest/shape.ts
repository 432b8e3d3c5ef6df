/** Runs the schema over a tree and puts what it refuses into words. */
import type * as z from 'zod';
import type { Dialect } from './dialect.js';
import { fieldTexts, keyAliases, type FieldText } from './explain.js';
import { problem, type ManifestRule, type Problem } from './problem.js';
import { knownKeys, manifestSchema } from './schema.js';
import { suggest } from './suggest.js';
import { UNKNOWN, formatPath, hasUnknown, isTreeObject, show, valueAt, type Path, type TreeObject } from './tree.js';

type Issue = z.core.$ZodIssue;
type Suggestions = Map<string, string>;

/** What the schema refuses in the tree, one problem per place, in words. Silent about UNKNOWN parts. */
export function checkShape(tree: TreeObject, dialect: Dialect): Problem[] {
  const issues = manifestSchema.safeParse(tree).error?.issues ?? [];
  const unknownKeys = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? explainUnknownKeys(tree, issue, dialect) : []));
  // `name: 'x'` is one mistake: saying also that feature_extractor_name is missing would be a second message about it.
  const answered = new Set(unknownKeys.map(({ meant }) => meant));
  const values = firstPerPath(issues.filter((issue) => issue.code !== 'unrecognized_keys'))
    .filter((issue) => !answered.has(formatPath(toPath(issue))) && isKnown(tree, issue))
    .map((issue) => explainValue(tree, toPath(issue), dialect));
  return [...unknownKeys.map(({ problem: found }) => found), ...values];
}

function toPath(issue: Issue): Path {
  return issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
}

function firstPerPath(issues: Issue[]): Issue[] {
  const byPath = new Map<string, Issue>();
  for (const issue of issues) {
    const path = formatPath(toPath(issue));
    if (!byPath.has(path)) byPath.set(path, issue);
  }
  return [...byPath.values()];
}

/** Schemas and JSON values are refused as a whole when any part of them is UNKNOWN. */
function isKnown(tree: TreeObject, issue: Issue): boolean {
  const value = valueAt(tree, toPath(issue));
  return issue.code === 'invalid_union' || issue.code === 'custom' ? !hasUnknown(value) : value !== UNKNOWN;
}

/** `features.*.embedding_dim` */
function pattern(path: Path): string {
  return path.map((key) => (typeof key === 'number' ? '*' : key)).join('.');
}

/** The words for a path; for one below the fields of the schema (inside `input_mappings`), those of the field above. */
function textOf(path: Path, dialect: Dialect): FieldText {
  for (let length = path.length; length > 0; length--) {
    const where = pattern(path.slice(0, length));
    const text = fieldTexts[where];
    if (text !== undefined) return { ...text, ...dialect.fields[where] };
  }
  throw new Error(`No text for the manifest field ${formatPath(path)}`);
}

function explainUnknownKeys(
  tree: TreeObject,
  issue: Extract<Issue, { code: 'unrecognized_keys' }>,
  dialect: Dialect,
): { problem: Problem; meant: string | undefined }[] {
  const parent = toPath(issue);
  const where = pattern(parent);
  const known = knownKeys[where] ?? [];
  const object = valueAt(tree, parent);
  const taken: Suggestions = new Map();
  return issue.keys.map((key) => {
    const meant = suggest(key, known, keyAliases[where]);
    const free = meant !== undefined && isTreeObject(object) && !Object.hasOwn(object, meant) && !taken.has(meant);
    if (meant !== undefined) taken.set(meant, key);
    const place = parent.length === 0 ? 'The manifest' : formatPath(parent);
    return {
      meant: meant === undefined ? undefined : formatPath([...parent, meant]),
      problem: {
        ...problem(ruleForKeys(where), {
          path: [...parent, key],
          at: 'key',
          message: `${place} has an unknown key ${show(key)}.`,
          why: where === 'features.*' ? 'The service ignores other keys without a word: no vector index is made and no document is written.' : 'Keys that nobody reads do nothing, whatever was meant by them.',
          next: meant === undefined ? `Remove it; the keys are ${known.join(', ')}.` : `Did you mean '${meant}'?`,
          ...(free ? { fix: meant } : {}),
        }),
        ...(parent.length === 0 && !free && { severity: dialect.strangeKey }),
      },
    };
  });
}

function ruleForKeys(where: string): ManifestRule {
  if (where === 'features.*') return 'MAN-FEATURE-KEYS';
  return where === 'compute_profile' ? 'MAN-COMPUTE-PROFILE' : 'MAN-UNKNOWN-KEY';
}

function explainValue(tree: TreeObject, path: Path, dialect: Dialect): Problem {
  const text = textOf(path, dialect);
  const value = valueAt(tree, path);
  const name = formatPath(path);
  if (value === undefined) return explainMissing(path, text, dialect);
  const meant = intended(text, value);
  return problem(text.rule, {
    path,
    at: 'value',
    message: `${name} is ${describe(value, dialect)}; it must be ${text.expected}.`,
    why: text.why,
    next: meant === undefined ? `Write for example ${text.example}.` : `Write ${show(meant)}.`,
    ...(meant === undefined ? {} : { fix: meant }),
  });
}

function explainMissing(path: Path, text: FieldText, dialect: Dialect): Problem {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const isFeature = pattern(parent) === 'features.*';
  return problem(parent.length === 0 ? 'MAN-REQUIRED' : isFeature ? 'MAN-FEATURE-KEYS' : text.rule, {
    path: parent,
    at: 'value',
    message: `${parent.length === 0 ? 'The manifest' : formatPath(parent)} has no '${key}'.`,
    why: text.why,
    next: `Add ${dialect.entry(key, text.example, parent.length === 0)}.`,
  });
}

/** The valid value that was probably meant. */
function intended(text: FieldText, value: unknown): string | number | undefined {
  if (typeof value !== 'string') return undefined;
  if (text.allowed !== undefined) return suggest(value, text.allowed, text.aliases);
  return text.rule === 'MAN-EMBEDDING-DIM' && /^[1-9]\d{0,4}$/.test(value) ? Number(value) : undefined;
}

/** Long text is measured, not quoted: the only limit on length is what it broke. */
function describe(value: unknown, dialect: Dialect): string {
  return typeof value === 'string' && value.length > 60 ? `text of ${value.length} characters` : dialect.show(value);
}
