/**
 * The same walk with `@babel/traverse`. It takes 80 ms to load and several times as long for a file; bundles are walked
 * with it, whose code comes from everywhere and is refused or let pass on nobody else's word.
 */
import type { File } from '@babel/types';
import type { Handlers } from './handlers.js';
import type { Path } from './path.js';
import type { Run } from './visit.js';

/** As `visitTree`. */
export type Visit = <Owner>(file: File, parts: readonly (readonly [Owner, Handlers])[], run: Run<Owner>) => void;

/** What is used of the package; its own types tie each visitor to its kind of node. */
interface Traverse {
  (file: File, visitor: object): void;
  visitors: { merge(visitors: readonly object[], states: readonly { key: number }[], wrap: Wrap): object };
}
type Wrap = (key: number, node: string, handler: (path: Path) => void) => (path: Path) => void;

let loaded: Visit | undefined;

/** Loads the package, once. */
export async function loadBabelVisitor(): Promise<void> {
  loaded ??= visitorOf(traverseOf(await import('@babel/traverse')));
}

/** The walk. `loadBabelVisitor` has to be awaited before. */
export function babelVisitor(): Visit {
  if (!loaded) throw new Error('loadBabelVisitor() has not been awaited');
  return loaded;
}

function visitorOf(traverse: Traverse): Visit {
  return (file, parts, run) => {
    const wrap: Wrap = (key, _node, handler) => (path) => {
      const part = parts[key];
      if (part) run(part[0], handler, path);
    };
    if (parts.length > 0) traverse(file, traverse.visitors.merge(parts.map(([, handlers]) => ({ ...handlers })), parts.map((_, key) => ({ key })), wrap));
  };
}

// Node gives the default import of a CommonJS module as the whole module; a bundler gives its default export.
function traverseOf(module: unknown): Traverse {
  let inner = module;
  while (typeof inner !== 'function') inner = (inner as { default: unknown }).default;
  return inner as unknown as Traverse;
}
