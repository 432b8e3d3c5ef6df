/** Where names are written, whatever they mean there. */
import type { PythonNode } from '../../python/index.js';
import { field, push, type Program } from './scopes.js';
import { nameOf } from './values.js';

const places = new WeakMap<Program, ReadonlyMap<string, number[]>>();
const firsts = new WeakMap<PythonNode, number>();

/** The offset at which the name of a function or class is written for the first time behind it; infinite where it is not. */
export function mentioned(program: Program, definition: PythonNode): number {
  const before = firsts.get(definition);
  if (before !== undefined) return before;
  const all = placesIn(program).get(nameOf(field(definition, 'name'))) ?? [];
  const first = all.reduce((least, at) => (at >= definition.endIndex && at < least ? at : least), Infinity);
  firsts.set(definition, first);
  return first;
}

function placesIn(program: Program): ReadonlyMap<string, number[]> {
  const before = places.get(program);
  if (before) return before;
  const found = new Map<string, number[]>();
  const open = [program.module.node];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === 'identifier') push(found, nameOf(node), node.startIndex);
    for (const child of node.children) open.push(child);
  }
  places.set(program, found);
  return found;
}
