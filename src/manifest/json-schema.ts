/** Schemas on the wire are JSON Schema; authors write zod objects, JSON Schema, or a table of field to fragment. */
import * as z from 'zod';
import { Failure, messageOf } from '../errors/index.js';
import { UNKNOWN, isTreeObject } from './tree.js';

/** A JSON Schema object (draft 2020-12), without `$schema`. */
export interface JsonSchema {
  [keyword: string]: unknown;
}

/**
 * A schema as JSON Schema. zod schemas are described from the input side (a key with a default is not required).
 * UNKNOWN stays UNKNOWN; anything that is no schema is returned as it is, for the checks to complain about.
 * What JSON Schema cannot express (dates, transforms) becomes `{}`: any value.
 * @throws Failure `manifest-invalid` for a zod schema that cannot be described at all
 */
export function toJsonSchema(value: unknown): unknown {
  if (isZodSchema(value)) return describeZod(value);
  if (value === UNKNOWN || !isTreeObject(value)) return value;
  if (isFieldTable(value)) return { type: 'object', properties: value };
  if (!('$schema' in value)) return value;
  const { $schema: _draft, ...schema } = value;
  return schema;
}

function describeZod(value: z.ZodType): JsonSchema {
  try {
    const { $schema: _draft, ...schema } = z.toJSONSchema(value, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ jsonSchema }) => dropSafeIntegerBounds(jsonSchema),
    });
    return schema;
  } catch (error) {
    throw new Failure({
      code: 'manifest-invalid',
      message: `A schema of the manifest cannot be written as JSON Schema: ${messageOf(error)}`,
      why: 'manifest.json carries schemas as JSON Schema, so that a host can check values without running the plugin.',
      next: 'Use values that JSON has in its defaults and types: text, numbers, booleans, lists, objects.',
      cause: error,
    });
  }
}

/** zod marks its schemas with `_zod`; `instanceof` would refuse those of another copy of zod. */
function isZodSchema(value: unknown): value is z.ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

/** `{ score: { type: 'number' } }`: every value is a fragment, and `type` is not a keyword of the whole. */
function isFieldTable(value: Record<string, unknown>): boolean {
  if (typeof value['type'] === 'string' || '$ref' in value || 'properties' in value) return false;
  const fragments = Object.values(value);
  return fragments.length > 0 && fragments.every((fragment) => fragment === UNKNOWN || isTreeObject(fragment));
}

/** zod gives every integer the bounds of a safe integer; nobody wrote them, so they are left out. */
function dropSafeIntegerBounds(schema: JsonSchema): void {
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
}
