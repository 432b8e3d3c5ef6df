/** Coroutines and tasks: what is started, and what is waited for. */
import type { PythonNode } from '../../python/index.js';
import type { Expr } from '../model.js';
import { renamedCall, writtenName, type CallSite } from './calls.js';
import { argOf, callOf, camelCase, methodCall, nothing, placeOf, thunk, type Source } from './source.js';

/** `create_task(f(x))`: runs beside what follows, and costs time only where it is waited for. */
export function started(site: CallSite, object?: PythonNode): Expr {
  return task(site, site.args.take(0, 'coro') ?? nothing, object);
}

/** `group.start_soon(f, x)`; in what is no group of the file, something may limit how many run. */
export function startedSoon(site: CallSite, object: PythonNode): Expr {
  const { source, node, args } = site;
  const [fn, ...given] = args.inOrder('');
  if (!fn || !source.groups.has(object.text)) return renamedCall(site, 'submit', args.inOrder(''));
  return task(site, { op: 'call', callee: fn.value, args: given, isNew: false, at: placeOf(source, node), label: writtenName(args.positional[0] as PythonNode) }, object);
}

function task(site: CallSite, value: Expr, object: PythonNode | undefined): Expr {
  const { source, node } = site;
  const start = renamedCall(site, 'startTask', [argOf(thunk(source, node, [], [{ op: 'return', value }]))]);
  return object && source.groups.has(object.text) ? methodCall(source, node, source.expression(object), 'push', [start]) : start;
}

/** Whether a call makes a group of tasks: asyncio's, anyio's or trio's. */
export function makesGroup(node: PythonNode): boolean {
  return node.type === 'call' && /(^|\.)(TaskGroup|create_task_group|open_nursery)$/.test(node.childForFieldName('function')?.text ?? '');
}

/** `asyncio.run(f(x))` makes an event loop, and waits in it. */
export function awaited({ source, node, name, args }: CallSite, object: PythonNode): Expr {
  const made = methodCall(source, node, source.expression(object), camelCase(name));
  const value: Expr = { op: 'await', value: args.take(0, 'main', 'future', 'coro') ?? nothing };
  return callOf(source, node, thunk(source, node, [], [{ op: 'do', value: made }, { op: 'return', value }]), []);
}

/** `asyncio.wait(pending, return_when=FIRST_COMPLETED)` between the rows: there is room for the next one. */
export function waitsForTurn({ node, args }: CallSite): boolean {
  if (!args.keyword('return_when')?.text.endsWith('FIRST_COMPLETED')) return false;
  let outer = node.parent;
  while (outer && !/^(for_statement|while_statement|function_definition)$/.test(outer.type)) outer = outer.parent;
  return outer?.type === 'for_statement';
}

/** Waits for all of a list of tasks. */
export function waitedFor(source: Source, node: PythonNode, list: Expr): Expr {
  return methodCall(source, node, { op: 'name', name: 'Promise', at: placeOf(source, node) }, 'all', [list]);
}

/** `ray.get(refs)` waits for all of them together; `ray.get(f.remote(x))` for the one it has just started. */
export function remotely({ source, node, args }: CallSite): Expr {
  return waitedFor(source, node, args.take(0, 'object_refs') ?? nothing);
}
