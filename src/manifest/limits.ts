/** The single-value keywords of JSON Schema: types, limits, equality. */
import { Failure, messageOf } from '../errors/index.js';
import type { JsonSchema } from './json-schema.js';
import { isTreeObject } from './tree.js';

/** A type as a person would say it. */
export const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

/** Whether a value has a type of JSON Schema. NaN and infinities are no numbers there. */
export function hasType(type: string, value: unknown): boolean {
  switch (type) {
    case 'array': return Array.isArray(value);
    case 'object': return isTreeObject(value);
    case 'null': return value === null;
    case 'integer': return Number.isInteger(value);
    case 'number': return Number.isFinite(value);
    default: return typeof value === type;
  }
}

type Limit<T> = readonly [keyword: string, holds: (value: T, limit: number) => boolean, words: (limit: number) => string];

const numberLimits: readonly Limit<number>[] = [
  ['minimum', (value, limit) => value >= limit, (limit) => `at least ${limit}`],
  ['maximum', (value, limit) => value <= limit, (limit) => `at most ${limit}`],
  ['exclusiveMinimum', (value, limit) => value > limit, (limit) => `above ${limit}`],
  ['exclusiveMaximum', (value, limit) => value < limit, (limit) => `below ${limit}`],
  // Tolerant, because 0.3 / 0.1 is not 3 in binary.
  ['multipleOf', (value, limit) => Math.abs(value / limit - Math.round(value / limit)) < 1e-9, (limit) => `a multiple of ${limit}`],
];

const stringLimits: readonly Limit<string>[] = [
  ['minLength', (value, limit) => value.length >= limit, (limit) => `text of at least ${limit} characters`],
  ['maxLength', (value, limit) => value.length <= limit, (limit) => `text of at most ${limit} characters`],
];

const listLimits: readonly Limit<unknown[]>[] = [
  ['minItems', (value, limit) => value.length >= limit, (limit) => `a list of at least ${limit} items`],
  ['maxItems', (value, limit) => value.length <= limit, (limit) => `a list of at most ${limit} items`],
];

/** The first limit of the schema that the value breaks, completing "it must be ..."; undefined when all hold. */
export function brokenLimit(schema: JsonSchema, value: unknown): string | undefined {
  if (typeof value === 'number') return firstBroken(schema, numberLimits, value);
  if (Array.isArray(value)) return firstBroken(schema, listLimits, value);
  if (typeof value !== 'string') return undefined;
  const pattern = schema['pattern'];
  if (typeof pattern === 'string' && !compile(pattern).test(value)) return `text that matches ${pattern}`;
  return firstBroken(schema, stringLimits, value);
}

/** @throws Failure `schema-invalid` for a pattern that is no regular expression of JavaScript */
function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (error) {
    throw new Failure({
      code: 'schema-invalid',
      message: `The pattern ${pattern} in the schema is not a regular expression: ${messageOf(error)}`,
      why: 'Values cannot be checked against it.',
      next: 'Correct the pattern in the manifest.',
      cause: error,
    });
  }
}

function firstBroken<T>(schema: JsonSchema, limits: readonly Limit<T>[], value: T): string | undefined {
  for (const [keyword, holds, words] of limits) {
    const limit = schema[keyword];
    if (typeof limit === 'number' && !holds(value, limit)) return words(limit);
  }
  return undefined;
}

/** Equality of JSON values, whatever the order of keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (!isTreeObject(a) || !isTreeObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}
