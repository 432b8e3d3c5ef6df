/** Runs the handlers of all rules in one walk. */
import type { File } from '@babel/types';
import { entriesOf, type Handler, type Handlers } from './handlers.js';
import { functionTypes, type Path } from './path.js';
import { readTree } from './read.js';

/** Runs one handler: who calls it may stop a rule that fails. */
export type Run<Owner> = (owner: Owner, handler: Handler, path: Path) => void;

/** Goes through a tree and calls every handler on its types of nodes, each with its owner, parents first. */
export function visitTree<Owner>(file: File, parts: readonly (readonly [Owner, Handlers])[], run: Run<Owner>): void {
  const table = new Map<string, { owner: Owner; handler: Handler }[]>();
  for (const [owner, handlers] of parts) {
    for (const [name, handler] of entriesOf(handlers)) {
      for (const type of name === 'Function' ? functionTypes : [name]) {
        const known = table.get(type);
        if (known) known.push({ owner, handler });
        else table.set(type, [{ owner, handler }]);
      }
    }
  }
  if (table.size === 0) return;
  for (const path of readTree(file, (type) => table.has(type))) {
    for (const { owner, handler } of table.get(path.node.type) ?? []) run(owner, handler, path);
  }
}
