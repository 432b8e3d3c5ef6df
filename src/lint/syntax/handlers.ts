/** What rules do at the nodes of a tree. */
import type { Function as FunctionNode, Node } from '@babel/types';
import type { Path } from './path.js';

/** What is done on entering each type of node, before its children. `Function` stands for all kinds of functions. */
export type Handlers = {
  [Type in Node['type']]?: (path: Path<Extract<Node, { type: Type }>>) => void;
} & { Function?: (path: Path<FunctionNode>) => void };

export type Handler = (path: Path) => void;

/** The handlers, each with the type of its nodes. */
export function entriesOf(handlers: Handlers): [string, Handler][] {
  // The type of `Handlers` ties each key to its path; a loop over all keys cannot express that.
  return Object.entries(handlers) as [string, Handler][];
}
