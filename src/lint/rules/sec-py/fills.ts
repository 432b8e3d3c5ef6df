/** Lists and dicts that are filled after they have been made. */
import { argsOf } from './apply.js';
import type { Evaluator } from './evaluate.js';
import { field, lookUp, push, type Program, type Scope, type Spot } from './scopes.js';
import { nameOf, single, textOf, UNKNOWN, type Value } from './values.js';

/** Methods that change what they are called on. */
const FILLING = ['add', 'append', 'extend', 'insert', 'pop', 'remove', 'reverse', 'setdefault', 'sort', 'update'];
/** Of a table that is filled in more places than this, the others are not looked at. */
const MAX_FILLS = 16;

const known = new WeakMap<Program, ReadonlyMap<string, Spot[]>>();

/** What is put into the table that has this name in a scope, as tables of their own and "unknown"; empty where nothing is. */
export function fillsOf(evaluator: Evaluator, name: string, owner: Scope): Value[][] {
  const { program } = evaluator;
  const spots = (fillsByName(program).get(name) ?? []).filter(({ scope }) => lookUp(program, name, scope) === owner);
  const added = spots.slice(0, MAX_FILLS).map((spot) => filledBy(evaluator, spot));
  return added.length > 0 ? [...added, UNKNOWN] : [];
}

function fillsByName(program: Program): ReadonlyMap<string, Spot[]> {
  const before = known.get(program);
  if (before) return before;
  const fills = new Map<string, Spot[]>();
  for (const spot of FILLING.flatMap((method) => program.calls.get(method) ?? [])) {
    const callee = field(spot.node, 'function');
    const object = field(callee, 'object');
    if (callee.type === 'attribute' && object.type === 'identifier') push(fills, nameOf(object), spot);
  }
  known.set(program, fills);
  return fills;
}

function filledBy(evaluator: Evaluator, { node, scope }: Spot): Value[] {
  const { list: [first = UNKNOWN, second = UNKNOWN], named } = argsOf(evaluator, node, scope);
  switch (nameOf(field(field(node, 'function'), 'attribute'))) {
    case 'add':
    case 'append':
      return [{ kind: 'list', items: [first] }];
    case 'insert':
      return [{ kind: 'list', items: [second] }];
    case 'extend':
      return first;
    case 'setdefault':
      return [{ kind: 'record', entries: new Map([[textOf(single(first) ?? { kind: 'unknown' }) ?? '()', second]]) }];
    case 'update':
      return named.size > 0 ? [{ kind: 'record', entries: named }] : first;
    default:
      return UNKNOWN;
  }
}
