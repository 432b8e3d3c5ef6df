/** Answers without a model: the same request always gives the same answer, and it fits the schema. Pure. */
import type { LlmAnswer, LlmRequest, Schema } from './request.js';

/** @param hash of the request, hex: the only source of variety. */
export function fakeAnswer(request: LlmRequest, hash: string): LlmAnswer {
  if (request.schema === undefined) {
    const text = `Fake answer ${hash.slice(0, 8)} to: ${firstWords(request.text ?? request.instruction)}`;
    return { data: text, text };
  }
  const data = value(request.schema, request.schema, numbers(hash), 0);
  return { data, text: JSON.stringify(data) };
}

function firstWords(text: string): string {
  return text.trim().split(/\s+/).slice(0, 8).join(' ');
}

/** Numbers in [0, 1) without end, from the hex digits of a hash (a linear congruential generator, seeded by it). */
function numbers(hash: string): () => number {
  let state = Number.parseInt(hash.slice(0, 8), 16);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const DEEPEST = 20;

function value(given: Schema | boolean, root: Schema, next: () => number, depth: number): unknown {
  // `true` allows anything; beyond a sane depth the schema refers to itself.
  if (typeof given === 'boolean' || depth > DEEPEST) return null;
  const schema = resolve(given, root);
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return pick(schema['enum'], next);
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return value(pick(choices, next) as Schema, root, next, depth + 1);
  if (Array.isArray(schema['allOf'])) return value(Object.assign({}, schema, { allOf: undefined }, ...schema['allOf']) as Schema, root, next, depth + 1);
  switch (typeOf(schema)) {
    case 'object': return object(schema, root, next, depth);
    case 'array': return array(schema, root, next, depth);
    case 'string': return string(schema, next);
    case 'integer': return number(schema, next, true);
    case 'number': return number(schema, next, false);
    case 'boolean': return next() < 0.5;
    default: return null;
  }
}

/** Follows references within the document: `#/$defs/Item`. */
function resolve(schema: Schema, root: Schema): Schema {
  const ref = schema['$ref'];
  if (typeof ref !== 'string' || !ref.startsWith('#')) return schema;
  const steps = ref.slice(1).split('/').filter(Boolean).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const found = steps.reduce<unknown>((node, step) => (node as Schema | undefined)?.[step], root);
  return typeof found === 'object' && found !== null ? (found as Schema) : {};
}

function typeOf(schema: Schema): string | undefined {
  const type = Array.isArray(schema['type']) ? schema['type'].find((name) => name !== 'null') : schema['type'];
  if (typeof type === 'string') return type;
  if ('properties' in schema) return 'object';
  return 'items' in schema || 'prefixItems' in schema ? 'array' : undefined;
}

function object(schema: Schema, root: Schema, next: () => number, depth: number): Record<string, unknown> {
  const properties = (schema['properties'] ?? {}) as Record<string, Schema>;
  const required = new Set((schema['required'] ?? []) as string[]);
  // A type that contains itself would never end, so optional properties stop early.
  const wanted = Object.entries(properties).filter(([name]) => required.has(name) || depth < 4);
  return Object.fromEntries(wanted.map(([name, property]) => [name, value(property, root, next, depth + 1)]));
}

function array(schema: Schema, root: Schema, next: () => number, depth: number): unknown[] {
  const first = (schema['prefixItems'] ?? []) as Schema[];
  const least = limit(schema['minItems'], first.length);
  const most = limit(schema['maxItems'], Math.max(least, first.length, depth < 4 ? 2 : 0));
  const length = Math.max(least, Math.min(most, Math.max(first.length, least + Math.floor(next() * 3))));
  const items = (schema['items'] ?? {}) as Schema;
  return Array.from({ length }, (_, index) => value(first[index] ?? items, root, next, depth + 1));
}

const words = ['amber', 'basin', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'harbor', 'island', 'jasper', 'kettle', 'lantern'];
const formats: Record<string, string> = {
  date: '2024-01-31', 'date-time': '2024-01-31T12:00:00Z', time: '12:00:00Z', email: 'someone@example.com', uri: 'https://example.com/', url: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

/** A `pattern` is not looked at: a text that fits any expression cannot be made up. */
function string(schema: Schema, next: () => number): string {
  const format = formats[String(schema['format'])];
  if (format !== undefined) return format;
  const least = limit(schema['minLength'], 0);
  const most = limit(schema['maxLength'], Infinity);
  let text = `${pick(words, next)} ${pick(words, next)}`;
  while (text.length < least) text += ` ${pick(words, next)}`;
  return text.slice(0, most);
}

function number(schema: Schema, next: () => number, whole: boolean): number {
  const step = limit(schema['multipleOf'], whole ? 1 : 0.01);
  const low = Math.max(limit(schema['minimum'], -Infinity), limit(schema['exclusiveMinimum'], -Infinity));
  const high = Math.min(limit(schema['maximum'], Infinity), limit(schema['exclusiveMaximum'], Infinity));
  const from = Number.isFinite(low) ? low : Number.isFinite(high) ? high - 1 : 0;
  const to = Number.isFinite(high) ? high : from + (whole ? 100 : 1);
  // A bound that is given as exclusive is itself left out, by staying one step inside; narrow ranges give their middle.
  const first = Math.ceil(from / step) + (schema['exclusiveMinimum'] === low && Number.isInteger(low / step) ? 1 : 0);
  const last = Math.floor(to / step) - (schema['exclusiveMaximum'] === high && Number.isInteger(high / step) ? 1 : 0);
  if (last < first) return (from + to) / 2;
  return Number(((first + Math.floor(next() * (last - first + 1))) * step).toPrecision(12));
}

function limit(given: unknown, otherwise: number): number {
  return typeof given === 'number' ? given : otherwise;
}

function pick<T>(choices: readonly T[], next: () => number): T {
  return choices[Math.floor(next() * choices.length)] as T;
}
