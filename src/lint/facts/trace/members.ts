/** Reading and writing parts of values. */
import type { Place } from '../../rule.js';
import { countMembers, effectOfProcess, groupMembers, isBatchMember, isFunctionOfModules, rowsMembers, serviceOfName, type Rank } from '../vocabulary/index.js';
import type { Machine } from './machine.js';
import type { Frame } from './path.js';
import { isRowLoop } from './path.js';
import { isBlank, join, newBox, ordinary, ranked, rankOf, unknown, type Value } from './value.js';

/** One item of a collection, in a turn of `frame`. */
export function itemOf(machine: Machine, value: Value, frame: Frame): Value {
  const rank = rankOf(value);
  const boxed = value.box?.item;
  // One number of a list is as good as any other.
  const literal = typeof boxed?.literal === 'number' ? null : (boxed?.literal ?? null);
  const base = boxed ? { ...boxed, literal, pending: boxed.pending.map(({ call }) => ({ call, boxed: true })) } : null;
  // What changed with a loop that is over changes with this one.
  const outer = base?.varies && machine.frames().includes(base.varies) ? base.varies : frame;
  if (rank === null) return base ? { ...base, varies: outer } : { ...unknown, varies: frame, isKnown: value.isKnown && !value.box };
  const down: Rank = rank === 0 ? 0 : ((rank - 1) as Rank);
  const item = ranked(down, { isBatch: value.isBatch && down === 1, varies: down === 0 ? frame : null, isGuess: value.isGuess });
  return base ? { ...join(item, base), rank: down } : item;
}

/** `of.name`, written at `at`. */
export function readMember(machine: Machine, of: Value, name: string, at: Place | null = null): Value {
  const rank = rankOf(of);
  const known = (of.box ?? of.cls?.instance.box)?.fields.get(name);
  const field = known && got(machine, known, at);
  // A field of which nothing is known is what its name says.
  if (field && !isBlank({ ...field, method: null })) return field;
  if (rank !== null && rank > 0 && countMembers.has(name)) return rank === 1 ? { ...ordinary, isCount: true } : ordinary;
  if (rank === 0) return { ...of, name, box: null, closures: [], method: { service: null, name, receiver: of.name, maker: null } };
  if (rank === 1 && of.isBatch && groupMembers.has(name)) return ranked(2, { isBatch: true });
  if (rank !== null && rowsMembers.has(name)) {
    return { ...of, name, isBatch: of.isBatch && isBatchMember(name), method: { service: null, name, receiver: of.name, maker: null } };
  }
  if (rank !== null) return { ...ordinary, name, method: { service: null, name, receiver: of.name, maker: null } };
  // `globalThis.fetch` is `fetch`.
  if (of.imported?.module === '' && /^(globalThis|window|global)$/.test(of.imported.name)) return { ...unknown, name, imported: { module: '', name } };
  // `subprocess.run` is `run` of that module.
  if (of.imported && effectOfProcess(name, of.imported.module)) return { ...unknown, name, imported: { module: of.imported.module, name } };
  const { service } = of;
  const found: Value = { ...unknown, name, varies: of.varies, pending: of.pending };
  const method = { service, name, receiver: of.imported && !of.name ? of.imported.name : of.name, maker: of.maker };
  // A model has its tokenizer, and models inside; `models.tokenizer(path)` makes one.
  const part = service === 'model' && !of.name.endsWith('s') ? serviceOfName(name) : null;
  if (part === 'tokenizer' || part === 'model') return { ...found, service: part, method: { ...method, service: null } };
  if (service) return { ...found, service, method, isKnown: false };
  if (of.isKnown && !of.box) return { ...found, method, isKnown: true };
  const guess = of.imported?.module && isFunctionOfModules(name) ? null : serviceOfName(name);
  return guess && guess !== 'plain' ? { ...found, service: guess, method } : { ...found, method };
}

/** What a member gives when it is read: of a getter, what it returns. */
function got(machine: Machine, field: Value, at: Place | null): Value {
  const getters = field.closures.filter(({ fn }) => fn.isGetter);
  return getters.length === 0 ? field : { ...getters.map((getter) => machine.enter(getter, [], at)).reduce(join), name: field.name };
}

/** `of[key]` */
export function readItem(machine: Machine, of: Value, key: Value): Value {
  // In a batch and in a list of rows, a name is that of a column.
  if (typeof key.literal === 'string' && rankOf(of) === 1 && !countMembers.has(key.literal)) return ranked(1);
  if (typeof key.literal === 'string') return readMember(machine, of, key.literal);
  // `of[Symbol.iterator]`
  if (/^(async)?[iI]terator$/.test(key.name)) return readMember(machine, of, 'iterator');
  const rank = rankOf(of);
  // A mask, or a list of positions, keeps some of the rows.
  if (rank === 1 && (rankOf(key) === 1 || key.box)) return of;
  // One of several functions or objects of the file, chosen by a key.
  const functions = of.box && !of.box.item ? [...of.box.fields.values()].filter(({ closures, box, method }) => closures.length > 0 || box?.cls || method?.service) : [];
  if (rank === null && functions.length > 0) return functions.reduce(join);
  const frame = key.varies ?? machine.frames()[0];
  // With a list of names or a mask, a part of the batch.
  if (of.isBatch && rank === 1) return ranked(1, { isBatch: key.box !== null || key.rank === 1 });
  if (rank === 1) machine.draw(key.literal === null ? key : ordinary);
  if (rank === 0) return { ...of, box: null, closures: [] };
  if (!frame) return of.box?.item ?? (rank === null ? unknown : ranked((rank - 1) as Rank));
  const item = itemOf(machine, of, frame);
  if (rank !== null) return item;
  return { ...oneOf(of, item), varies: key.varies };
}

/** One of `models` is a model, where nothing is known of the item. */
export function oneOf(of: Value, item: Value): Value {
  const isUnknown = (of.box !== null || !of.isKnown) && of.name.endsWith('s') && isBlank({ ...item, varies: null });
  return isUnknown ? { ...item, service: serviceOfName(of.name.slice(0, -1)) } : item;
}

/** `of.name = value` */
export function writeMember(machine: Machine, of: Value, name: string, value: Value): void {
  if (of.box) {
    const old = of.box.fields.get(name);
    if (!isBlank(value)) of.box.fields.set(name, { ...(old ? join(old, value) : value), name });
  }
}

/** Adds an item to a list, a set or a map: `of[key] = value`, `push`, `add`, `set`. */
export function writeItem(machine: Machine, of: Value, value: Value, key: Value = unknown): void {
  const { box } = of;
  if (!box) return;
  if (typeof key.literal === 'string') box.fields.set(key.literal, value);
  const rank = rankOf(value);
  box.item = box.item ? join(box.item, value) : value;
  const around = machine.path.slice(box.depth).flatMap((step) => (step.op === 'frame' ? [step.frame] : []));
  for (const frame of around) box.fedIn.add(frame);
  const feeding = around.filter(isRowLoop);
  // Lists kept under a key of the row are groups of rows.
  if (key.rank === 0 && value.box?.item) box.rank = 2;
  // A row, or a function or an object of its own, added per row makes a list of rows; a row added once is a list of its parts.
  else if (rank === null && (value.closures.length > 0 || value.box?.cls) && feeding.length > 0) box.rank = 1;
  else if (rank === 0) box.rank = feeding.length > 0 ? 1 : (box.rank ?? 0);
  else if (rank !== null) box.rank = 2;
}

/** A new list with what another one holds. */
export function listLike(machine: Machine, value: Value, rank: Rank | null): Value {
  const box = newBox(machine.path.length);
  box.item = value.box?.item ?? null;
  box.rank = rank;
  return { ...ordinary, box, isGuess: value.isGuess };
}
