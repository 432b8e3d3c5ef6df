/** Coroutines and tasks: what is started, and what is waited for. */
import type { PythonNode } from '../../python/index.js';
import type { Expr } from '../model.js';
import { renamedCall, type CallSite } from './calls.js';
import { argOf, camelCase, methodCall, nothing, placeOf, thunk } from './source.js';

/** `create_task(f(x))`: runs beside what follows, and costs time only where it is waited for. */
export function started(site: CallSite): Expr {
  const { source, node, args } = site;
  const value = args.take(0, 'coro') ?? nothing;
  return renamedCall(site, 'startTask', [argOf(thunk(source, node, [], [{ op: 'return', value }]))]);
}

/** `asyncio.run(f(x))` makes an event loop, and waits in it. */
export function awaited({ source, node, name, args }: CallSite, object: PythonNode): Expr {
  const made = methodCall(source, node, source.expression(object), camelCase(name));
  return { op: 'either', parts: [made, { op: 'await', value: args.take(0, 'main', 'future', 'coro') ?? nothing }] };
}

/** `ray.get(refs)` waits for all of them together; `ray.get(f.remote(x))` for the one it has just started. */
export function remotely({ source, node, args }: CallSite): Expr {
  const refs = args.take(0, 'object_refs') ?? nothing;
  return methodCall(source, node, { op: 'name', name: 'Promise', at: placeOf(source, node) }, 'all', [refs]);
}
