/** The pure built-in functions that people (and obfuscators) build strings with, run on known values. */
import { anyOf, asText, constant, pairsOf, UNKNOWN, type Constant, type Value } from './values.js';

const TEXT_METHODS = new Set([
  'at', 'charAt', 'charCodeAt', 'codePointAt', 'concat', 'normalize', 'replace', 'replaceAll', 'slice', 'split',
  'substr', 'substring', 'toLowerCase', 'toString', 'toUpperCase', 'trim', 'trimEnd', 'trimStart', 'valueOf',
]);
const COUNTED_METHODS = new Set(['padEnd', 'padStart', 'repeat']);
/** Methods of a list that give one of its items. */
const ANY_ITEM = new Set(['find', 'findLast', 'pop', 'reduce', 'reduceRight', 'shift']);
/** Methods of a list that give its items in another order, or some of them. */
const REARRANGING = new Set(['filter', 'sort', 'toSorted']);
const NUMBER_METHODS = new Set(['toString', 'valueOf']);
/** A string longer than this is no name of a module or property. */
const MAX_COUNT = 1_000;

const FUNCTIONS: Readonly<Record<string, (...values: Constant[]) => unknown>> = {
  String: (value) => String(value),
  Number: (value) => Number(value),
  atob: (value) => atob(String(value)),
  btoa: (value) => btoa(String(value)),
  decodeURI: (value) => decodeURI(String(value)),
  decodeURIComponent: (value) => decodeURIComponent(String(value)),
  unescape: (value) => decodeURIComponent(String(value)),
  'JSON.parse': (value) => JSON.parse(String(value)) as unknown,
  'String.fromCharCode': (...codes) => String.fromCharCode(...codes.map(Number)),
  'String.fromCodePoint': (...codes) => String.fromCodePoint(...codes.map(Number)),
  'Buffer.from': (text, encoding) => Buffer.from(String(text), encodingOf(encoding)),
};

/** `value.name(...args)` where all are known; undefined where it is none of the pure methods. */
export function callMethod(value: Value, name: string, args: Value[][]): Value[] | undefined {
  if (value.kind === 'list') return callListMethod(value.items, name, args);
  if (value.kind === 'record' && name === 'entries' && !value.entries.has(name)) return [{ kind: 'list', items: pairsOf(value.entries).map((pair) => [pair]) }];
  if (value.kind === 'record' && name === 'values' && !value.entries.has(name)) return [{ kind: 'list', items: [...value.entries.values()] }];
  const known = constants(args);
  if (!known) return undefined;
  // Maps are read like objects, and an own method of that name comes first.
  if (value.kind === 'record' && name === 'get' && !value.entries.has(name)) return value.entries.get(String(known[0])) ?? UNKNOWN;
  if (value.kind === 'bytes') {
    return name === 'toString' ? constant(value.bytes.toString(encodingOf(known[0]))) : undefined;
  }
  if (value.kind !== 'constant') return undefined;
  const isText = typeof value.value === 'string';
  const counted = isText && COUNTED_METHODS.has(name) && Number(known[0]) <= MAX_COUNT;
  if (!counted && !(isText ? TEXT_METHODS : NUMBER_METHODS).has(name)) return undefined;
  return attempt(() => {
    const receiver = Object(value.value) as Record<string, (...values: Constant[]) => unknown>;
    return receiver[name]?.(...known);
  });
}

/** `name(...args)` for a global function and known arguments; undefined where it is none of the pure ones. */
export function callFunction(name: string, args: Value[][]): Value[] | undefined {
  const run = FUNCTIONS[name];
  const known = constants(args);
  return run && known ? attempt(() => run(...known)) : undefined;
}

function callListMethod(items: Value[][], name: string, args: Value[][]): Value[] | undefined {
  if (name === 'reverse' || name === 'toReversed') return [{ kind: 'list', items: [...items].reverse() }];
  if (ANY_ITEM.has(name)) return anyOf(...items, UNKNOWN);
  if (name === 'next') return [{ kind: 'record', entries: new Map([['value', anyOf(...items, UNKNOWN)]]) }];
  if (name === 'values') return [{ kind: 'list', items }];
  if (name === 'entries') return [{ kind: 'list', items: items.map((item, i) => [{ kind: 'list', items: [constant(i), item] }]) }];
  if (name === 'flat') return [{ kind: 'list', items: items.flatMap((item) => (item[0]?.kind === 'list' && item.length === 1 ? item[0].items : [item])) }];
  if (REARRANGING.has(name)) {
    const any = anyOf(...items, UNKNOWN);
    return [{ kind: 'list', items: items.map(() => any) }];
  }
  if (name === 'concat') {
    const added = args.flatMap((arg) => (arg[0]?.kind === 'list' ? arg[0].items : [arg]));
    return [{ kind: 'list', items: [...items, ...added] }];
  }
  const known = constants(args);
  if (!known) return undefined;
  if (name === 'at') return items.at(Number(known[0])) ?? UNKNOWN;
  if (name === 'slice') return [{ kind: 'list', items: items.slice(...(known as number[])) }];
  if (name !== 'join' && name !== 'toString') return undefined;
  const parts = items.map((item) => (item.length === 1 ? asText(item[0]) : undefined));
  const separator = name === 'join' && known.length > 0 ? String(known[0]) : ',';
  return parts.includes(undefined) ? undefined : constant(parts.join(separator));
}

function constants(args: Value[][]): Constant[] | undefined {
  const known: Constant[] = [];
  for (const [value, ...others] of args) {
    if (value?.kind !== 'constant' || others.length > 0) return undefined;
    known.push(value.value);
  }
  return known;
}

function attempt(run: () => unknown): Value[] {
  try {
    return [lift(run())];
  } catch (error) {
    // The program would throw here as well, whatever the kind of error: it never gets a value.
    if (error instanceof Error) return UNKNOWN;
    throw error;
  }
}

/** A plain value as a `Value`. */
function lift(value: unknown): Value {
  if (Buffer.isBuffer(value)) return { kind: 'bytes', bytes: value };
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => [lift(item)]) };
  if (typeof value === 'object' && value !== null) {
    return { kind: 'record', entries: new Map(Object.entries(value).map(([key, item]) => [key, [lift(item)]])) };
  }
  return { kind: 'constant', value: value as Constant };
}

function encodingOf(name: Constant): BufferEncoding {
  return typeof name === 'string' && Buffer.isEncoding(name) ? name : 'utf8';
}
