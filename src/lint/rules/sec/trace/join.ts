/** Several looks at the same tree in one visitor. */
import type { Node } from '@babel/types';
import { entriesOf, type Handler, type Handlers, type Path } from '../../../syntax/index.js';

/** One visitor that does what each of the given ones does, in their order. */
export function join(...parts: Handlers[]): Handlers {
  const joined: Record<string, Handler> = {};
  for (const part of parts) {
    for (const [type, handler] of entriesOf(part)) {
      const before = joined[type];
      joined[type] = before ? both(before, handler) : handler;
    }
  }
  return joined as Handlers;
}

function both(first: Handler, second: Handler): Handler {
  return (path: Path) => {
    first(path);
    second(path);
  };
}

/** The same handler for `f(x)` and `f?.(x)`. */
export function onCalls(handler: (path: CallPath) => void): Handlers {
  return { CallExpression: handler as Handler, OptionalCallExpression: handler as Handler };
}

export type CallPath = Path<Extract<Node, { type: 'CallExpression' | 'OptionalCallExpression' }>>;
