/** Several looks at the same tree in one visitor. */
import type { NodePath, Visitor } from '@babel/traverse';
import type { Function as FunctionNode, Node } from '@babel/types';

/** What is done on entering each type of node. */
export type Handlers = {
  [Type in Node['type']]?: (path: NodePath<Extract<Node, { type: Type }>>) => void;
} & { Function?: (path: NodePath<FunctionNode>) => void };

type Handler = (path: NodePath) => void;

/** One visitor that does what each of the given ones does, in their order. */
export function join(...parts: Handlers[]): Visitor {
  const joined = new Map<string, Handler[]>();
  for (const part of parts) {
    // The types of `Handlers` tie each key to its path; a loop over all keys cannot express that.
    for (const [type, handler] of Object.entries(part) as [string, Handler][]) {
      joined.set(type, [...(joined.get(type) ?? []), handler]);
    }
  }
  const run = (handlers: Handler[]) => (path: NodePath) => {
    for (const handler of handlers) handler(path);
  };
  return Object.fromEntries([...joined].map(([type, handlers]) => [type, run(handlers)])) as Visitor;
}

/** The same handler for `f(x)` and `f?.(x)`. */
export function onCalls(handler: (path: CallPath) => void): Handlers {
  return { CallExpression: handler as Handler, OptionalCallExpression: handler as Handler };
}

export type CallPath = NodePath<Extract<Node, { type: 'CallExpression' | 'OptionalCallExpression' }>>;
