/** Everything that can be wrong with a manifest, in one pure function. Lint and the loader both use it. */
import { checks } from './checks/index.js';
import { typescript, type Dialect } from './dialect.js';
import { toJsonSchema } from './json-schema.js';
import { problem, type Problem } from './problem.js';
import { checkShape } from './shape.js';
import { UNKNOWN, formatPath, isDeeperThan, isOpen, isTreeObject, markOpen, show, type TreeObject } from './tree.js';

/**
 * The problems of a manifest, each with the path of its key or value.
 * @param tree the default export of an evaluated manifest, or what static reading made of it (with UNKNOWN parts)
 * @param dialect the language that the advice is written in
 */
export function checkManifest(tree: unknown, dialect: Dialect = typescript): Problem[] {
  if (tree === UNKNOWN) return [];
  if (!isTreeObject(tree)) {
    return [
      problem('MAN-DEFAULT-EXPORT', {
        path: [],
        at: 'value',
        message: `The default export is ${show(tree)}, not a manifest.`,
        why: 'Plugsmith reads the manifest from the default export.',
        next: 'Write export default defineManifest({ ... }).',
      }),
    ];
  }
  const deep = Object.entries(tree).filter(([, value]) => isDeeperThan(value, maxNesting));
  if (deep.length > 0) return deep.map(([key]) => tooDeep(key));
  const plain = withPlainSchemas(tree);
  const refused = checkShape(plain, dialect);
  const places = new Set(refused.map(({ path }) => formatPath(path)));
  // A value of a wrong form is one mistake, whatever else could be said of it.
  const others = checks.flatMap((check) => check(plain, dialect)).filter(({ path }) => path.length === 0 || !places.has(formatPath(path)));
  return [...refused, ...others];
}

/** More than any manifest needs, and little enough for every check to recurse. */
const maxNesting = 100;

function tooDeep(key: string): Problem {
  return problem('MAN-FIELD', {
    path: [key],
    at: 'value',
    message: `${formatPath([key])} is nested more than ${maxNesting} levels deep, or contains itself.`,
    why: 'It could not be written to manifest.json and read back.',
    next: 'Write a flatter value.',
  });
}

/** A copy with schemas as JSON Schema, and without null, which stands for an absent field on the wire. */
export function withPlainSchemas(tree: TreeObject): TreeObject {
  const entries = Object.entries(tree).filter(([, value]) => value !== null && value !== undefined);
  const plain: TreeObject = Object.fromEntries(
    entries.map(([key, value]) => [key, key.endsWith('_schema') ? toJsonSchema(value) : value]),
  );
  if (isOpen(tree)) markOpen(plain);
  return plain;
}
