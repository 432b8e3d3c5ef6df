/** Several looks at the same tree in one visitor. */
import type { Node } from '@babel/types';
import { entriesOf, type Handler, type Handlers, type Path } from '../../../syntax/index.js';

/** One visitor that does what each of the given ones does, in their order. */
export function join(...parts: Handlers[]): Handlers {
  const joined = new Map<string, Handler[]>();
  for (const part of parts) {
    for (const [type, handler] of entriesOf(part)) {
      joined.set(type, [...(joined.get(type) ?? []), handler]);
    }
  }
  const run = (handlers: Handler[]) => (path: Path) => {
    for (const handler of handlers) handler(path);
  };
  return Object.fromEntries([...joined].map(([type, handlers]) => [type, run(handlers)])) as Handlers;
}

/** The same handler for `f(x)` and `f?.(x)`. */
export function onCalls(handler: (path: CallPath) => void): Handlers {
  return { CallExpression: handler as Handler, OptionalCallExpression: handler as Handler };
}

export type CallPath = Path<Extract<Node, { type: 'CallExpression' | 'OptionalCallExpression' }>>;
