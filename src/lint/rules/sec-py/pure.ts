/** The pure functions that people (and obfuscators) build names with, run on known values. */
import { constant, single, textOf, UNKNOWN, type Constant, type Value } from './values.js';

const MAX_COUNT = 1_000;

const TEXT_METHODS: Readonly<Record<string, (text: string, ...args: string[]) => unknown>> = {
  capitalize: (text) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase(),
  casefold: (text) => text.toLowerCase(),
  encode: (text) => Buffer.from(text),
  lower: (text) => text.toLowerCase(),
  lstrip: (text, chars = ' \t\n') => text.slice(edge([...text], chars)),
  removeprefix: (text, prefix = '') => (text.startsWith(prefix) ? text.slice(prefix.length) : text),
  removesuffix: (text, suffix = '') => (suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text),
  replace: (text, from = '', to = '') => (from === '' ? undefined : text.replaceAll(from, to)),
  rstrip: (text, chars = ' \t\n') => text.slice(0, text.length - edge([...text].reverse(), chars)),
  split: (text, by) => (by === undefined ? text.trim().split(/\s+/) : text.split(by)),
  strip: (text, chars = ' \t\n') => text.slice(edge([...text], chars), text.length - edge([...text].reverse(), chars)),
  swapcase: (text) => [...text].map((letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())).join(''),
  title: (text) => text.replace(/[a-z]+/gi, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()),
  upper: (text) => text.toUpperCase(),
};

function edge(letters: string[], chars: string): number {
  const at = letters.findIndex((letter) => !chars.includes(letter));
  return at < 0 ? letters.length : at;
}

const FUNCTIONS: Readonly<Record<string, (first: Constant | Buffer, second?: Constant | Buffer) => unknown>> = {
  'builtins.chr': (code) => String.fromCodePoint(Number(code)),
  'builtins.ord': (letter) => String(letter).codePointAt(0),
  'builtins.str': (value, encoding) => (Buffer.isBuffer(value) ? decode(value, encoding) : typeof value === 'boolean' ? undefined : String(value)),
  'builtins.int': (value, base = 10) => Number.parseInt(String(value), Number(base)),
  'builtins.bytes': (value) => (typeof value === 'string' || Buffer.isBuffer(value) ? Buffer.from(value) : undefined),
  'base64.b64decode': (text) => Buffer.from(String(text), 'base64'),
  'base64.urlsafe_b64decode': (text) => Buffer.from(String(text), 'base64url'),
  'binascii.a2b_base64': (text) => Buffer.from(String(text), 'base64'),
  'base64.b16decode': (text) => Buffer.from(String(text), 'hex'),
  'binascii.unhexlify': (text) => Buffer.from(String(text), 'hex'),
  'builtins.bytes.fromhex': (text) => Buffer.from(String(text).replaceAll(' ', ''), 'hex'),
  'codecs.decode': (value, encoding) => decode(value, encoding),
  'codecs.encode': (value, encoding) => decode(value, encoding),
};

/** `name(...args)` for a function of Python; undefined where it is none of the pure ones. */
export function callPure(name: string, args: Value[][]): Value[] | undefined {
  const [first] = args;
  const only = first && single(first);
  if (name === 'builtins.reversed' || name === 'builtins.list' || name === 'builtins.tuple') {
    const items = only && itemsOf(only);
    return items && [{ kind: 'list', items: name === 'builtins.reversed' ? [...items].reverse() : items }];
  }
  if ((name === 'builtins.bytes' || name === 'builtins.bytearray') && only?.kind === 'list') return bytesOf(only.items);
  const run = FUNCTIONS[name === 'builtins.bytearray.fromhex' ? 'builtins.bytes.fromhex' : name];
  const plain = args.map(plainOf);
  if (!run || plain.length === 0 || plain.includes(undefined)) return undefined;
  return attempt(() => run(plain[0] as Constant, plain[1]));
}

/** `value.name(...args)`; undefined where it is none of the pure methods. */
export function callMethod(value: Value, name: string, args: Value[][]): Value[] | undefined {
  if (value.kind === 'bytes') return name === 'decode' ? attempt(() => decode(value.bytes, plainOf(args[0] ?? []))) : undefined;
  const text = textOf(value);
  if (text === undefined) return undefined;
  if (name === 'join') {
    const list = args[0] && single(args[0]);
    const parts = list && itemsOf(list)?.map((item) => textOf(single(item) ?? { kind: 'unknown' }));
    return parts && !parts.includes(undefined) ? constant(parts.join(text)) : undefined;
  }
  const plain = args.map(plainOf);
  if (name === 'format') return plain.includes(undefined) ? undefined : format(text, /\{(\d*)\}/g, plain as Constant[]);
  const run = TEXT_METHODS[name];
  return run && plain.every((arg) => typeof arg === 'string') ? attempt(() => run(text, ...(plain as string[]))) : undefined;
}

/** `left operator right`. */
export function binary(operator: string, left: Value, right: Value): Value[] {
  const [a, b] = [left, right].map((value) => (value.kind === 'constant' ? value.value : undefined));
  if (operator === '%' && typeof a === 'string') {
    const values = right.kind === 'list' ? right.items.map(plainOf) : [plainOf([right])];
    return values.includes(undefined) ? UNKNOWN : format(a, /%([sdc])/g, values as Constant[]);
  }
  if (operator === '+') {
    if (left.kind === 'list' && right.kind === 'list') return [{ kind: 'list', items: [...left.items, ...right.items] }];
    if (left.kind === 'bytes' && right.kind === 'bytes') return [{ kind: 'bytes', bytes: Buffer.concat([left.bytes, right.bytes]) }];
    if (typeof a === 'string' && typeof b === 'string') return constant(a + b);
  }
  if (operator === '*' && typeof a === 'string' && typeof b === 'number') return b <= MAX_COUNT && b >= 0 ? constant(a.repeat(b)) : UNKNOWN;
  if (typeof a !== 'number' || typeof b !== 'number') return UNKNOWN;
  const result = { '+': a + b, '-': a - b, '*': a * b, '^': a ^ b, '//': Math.floor(a / b), '%': a - b * Math.floor(a / b) }[operator];
  return result === undefined ? UNKNOWN : constant(result);
}

function format(text: string, place: RegExp, values: Constant[]): Value[] {
  let next = 0;
  const result = text.replace(place, (_all, kind: string) => {
    const value = values[/^\d+$/.test(kind) ? Number(kind) : next++];
    return kind === 'c' && typeof value === 'number' ? String.fromCodePoint(value) : String(value);
  });
  return /[%{]/.test(result) ? UNKNOWN : constant(result);
}

/** The items of a list, or the letters of a text. */
export function itemsOf(value: Value): Value[][] | undefined {
  if (value.kind === 'list') return value.items;
  if (value.kind === 'record') return [...value.entries.keys()].map(constant);
  const text = textOf(value);
  if (text !== undefined && text.length <= MAX_COUNT) return [...text].map(constant);
  return value.kind === 'bytes' && value.bytes.length <= MAX_COUNT ? [...value.bytes].map((byte) => constant(byte)) : undefined;
}

/** `value[key]`. */
export function itemOf(value: Value, key: Value[]): Value[] {
  const index = single(key);
  const plain = index?.kind === 'constant' ? index.value : undefined;
  if (value.kind === 'record') return (typeof plain === 'string' && value.entries.get(plain)) || [...[...value.entries.values()].flat(), ...UNKNOWN];
  const items = itemsOf(value);
  if (!items) return UNKNOWN;
  return typeof plain === 'number' ? (items.at(plain) ?? UNKNOWN) : [...items.flat(), ...UNKNOWN];
}

/** `value[start:stop:step]` for the slices that obfuscators use; all parts may be missing. */
export function sliceOf(value: Value, [start, stop, step = 1]: (number | undefined)[]): Value[] {
  const items = itemsOf(value);
  if (!items || step === 0) return UNKNOWN;
  const forward = step > 0 ? items : [...items].reverse();
  const turned = (at: number | undefined) => (at === undefined || step > 0 ? at : at < 0 ? -at - 1 : items.length - 1 - at);
  const taken = forward.slice(turned(start), turned(stop)).filter((_item, index) => index % Math.abs(step) === 0);
  if (value.kind === 'list') return [{ kind: 'list', items: taken }];
  const parts = taken.map((item) => plainOf(item));
  return value.kind === 'bytes' ? [{ kind: 'bytes', bytes: Buffer.from(parts as number[]) }] : constant(parts.join(''));
}

function bytesOf(items: Value[][]): Value[] {
  const bytes = items.map(plainOf);
  return bytes.every((byte) => typeof byte === 'number') ? [{ kind: 'bytes', bytes: Buffer.from(bytes) }] : UNKNOWN;
}

function plainOf(values: Value[]): Constant | Buffer | undefined {
  const value = single(values);
  return value?.kind === 'constant' ? value.value : value?.kind === 'bytes' ? value.bytes : undefined;
}

function decode(value: Constant | Buffer, encoding: Constant | Buffer | undefined): unknown {
  const name = String(encoding ?? 'utf-8').toLowerCase().replaceAll('_', '-');
  if (/^rot-?13$/.test(name)) return String(value).replace(/[a-z]/gi, (c) => String.fromCharCode(c.charCodeAt(0) + (c.toLowerCase() < 'n' ? 13 : -13)));
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value));
  if (name === 'hex' || name === 'hex-codec') return Buffer.from(bytes.toString(), 'hex');
  if (name === 'base64') return Buffer.from(bytes.toString(), 'base64');
  return /^(utf-?8|ascii|us-ascii|latin-?1|iso-8859-1)$/.test(name) ? bytes.toString(name.startsWith('utf') ? 'utf8' : 'latin1') : undefined;
}

function attempt(run: () => unknown): Value[] {
  try {
    const value = run();
    if (Buffer.isBuffer(value)) return [{ kind: 'bytes', bytes: value }];
    if (Array.isArray(value)) return [{ kind: 'list', items: value.map((item) => constant(item as Constant)) }];
    return value === undefined || Number.isNaN(value) ? UNKNOWN : constant(value as Constant);
  } catch (error) {
    // The program would fail here as well: it never gets a value.
    if (error instanceof RangeError || error instanceof TypeError) return UNKNOWN;
    throw error;
  }
}
