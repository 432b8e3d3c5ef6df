/**
 * The part of JSON Schema that zod and pydantic write for parameters, checked exactly: `type` (also a list of types),
 * `enum`, `const`, `minimum` and `maximum` (also exclusive), `multipleOf`, `minLength`, `maxLength`, `pattern`, `items`,
 * `prefixItems`, `minItems`, `maxItems`, `properties`, `required`, `additionalProperties`, `anyOf`, `oneOf`, `allOf`,
 * `$ref` into `$defs`, and `default`. Other keywords restrict nothing.
 * One difference is meant: without `additionalProperties` a key that is not listed is refused, since it is a typing error.
 */
import { fieldsOf, requiredOf } from './fields.js';
import type { JsonSchema } from './json-schema.js';
import { brokenLimit, hasType, sameJson, typeNames } from './limits.js';
import { suggest } from './suggest.js';
import { formatPath, isTreeObject, show, type Path } from './tree.js';

export interface ValueProblem {
  /** `weights[0].name`; empty for the value as a whole. */
  path: string;
  message: string;
  next: string;
}

/** The value with defaults filled in (a copy), and what is wrong with it. The value is only meaningful without problems. */
export function checkValue(schema: JsonSchema, given: unknown): { value: unknown; problems: ValueProblem[] } {
  const problems: ValueProblem[] = [];
  const value = check({ root: schema, problems, depth: 0 }, schema, given, []);
  return { value, problems };
}

interface Context {
  root: JsonSchema;
  problems: ValueProblem[];
  /** How many schemas lie around this one; a schema that refers to itself would otherwise never end. */
  depth: number;
}

const maxDepth = 200;

function check(outer: Context, written: JsonSchema, given: unknown, path: Path): unknown {
  const context = { ...outer, depth: outer.depth + 1 };
  const schema = resolve(context.root, written);
  const wrong = (expected: string, next: string): unknown => {
    context.problems.push({
      path: formatPath(path),
      message: `${path.length === 0 ? 'The value as a whole' : formatPath(path)} is ${show(given)}; it must be ${expected}.`,
      next,
    });
    return given;
  };

  if (context.depth > maxDepth) return wrong(`nested at most ${maxDepth} deep`, 'Give a flatter value, or mend a schema that refers to itself.');

  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => hasType(type, given))) {
    return wrong(types.map((type) => typeNames[type] ?? type).join(' or '), `Give ${named(path)} as ${typeNames[types[0] ?? ''] ?? 'JSON'}.`);
  }
  const allowed = Array.isArray(schema['enum']) ? schema['enum'] : 'const' in schema ? [schema['const']] : undefined;
  if (allowed !== undefined && !allowed.some((value) => sameJson(value, given))) {
    const meant = typeof given === 'string' ? suggest(given, allowed.filter((value) => typeof value === 'string')) : undefined;
    return wrong(
      allowed.length === 1 ? show(allowed[0]) : `one of ${allowed.map(show).join(', ')}`,
      meant === undefined ? `Give ${named(path)} one of these values.` : `Did you mean '${meant}'?`,
    );
  }
  const limit = brokenLimit(schema, given);
  if (limit !== undefined) return wrong(limit, `Give ${named(path)} a value within the limit.`);

  let value = given;
  if (Array.isArray(given)) value = checkItems(context, schema, given, path);
  else if (isTreeObject(given)) value = checkFields(context, schema, given, path);
  return checkCombined(context, schema, value, path, wrong);
}

/** Follows `$ref`s into `$defs` (or `definitions`); a reference that leads nowhere restricts nothing. */
function resolve(root: JsonSchema, schema: JsonSchema): JsonSchema {
  let current = schema;
  for (let hops = 0; typeof current['$ref'] === 'string' && hops < 50; hops++) {
    const steps = current['$ref'].replace(/^#\/?/, '').split('/').filter((step) => step !== '');
    const target = steps.reduce<unknown>((at, step) => (isTreeObject(at) ? at[step] : undefined), root);
    const { $ref: _followed, ...beside } = current;
    current = isTreeObject(target) ? { ...target, ...beside } : beside;
  }
  return current;
}

function checkFields(context: Context, schema: JsonSchema, given: Record<string, unknown>, path: Path): Record<string, unknown> {
  const fields = fieldsOf(schema);
  // A map, because assigning a key named __proto__ to an object would do something else.
  const value = new Map<string, unknown>();
  for (const [name, field] of Object.entries(fields)) {
    if (!isTreeObject(field)) continue;
    const fallback = resolve(context.root, field)['default'];
    if (Object.hasOwn(given, name)) value.set(name, check(context, field, given[name], [...path, name]));
    else if (fallback !== undefined) value.set(name, structuredClone(fallback));
  }
  for (const name of requiredOf(schema)) {
    if (value.has(name)) continue;
    const at = formatPath([...path, name]);
    context.problems.push({ path: at, message: `${at} is missing.`, next: `Give ${at}; it has no default.` });
  }
  const extra = schema['additionalProperties'];
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(fields, name)) continue;
    if (isTreeObject(extra)) value.set(name, check(context, extra, given[name], [...path, name]));
    else if (extra === true || isUnrestricted(schema)) value.set(name, given[name]);
    else refuseField(context, Object.keys(fields), [...path, name]);
  }
  return Object.fromEntries(value);
}

/** `{}` and `{ type: 'object' }` say nothing about fields, so they allow every one. */
function isUnrestricted(schema: JsonSchema): boolean {
  return schema['properties'] === undefined && schema['additionalProperties'] !== false;
}

function refuseField(context: Context, known: string[], path: Path): void {
  const meant = suggest(String(path.at(-1)), known);
  const list = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
  context.problems.push({
    path: formatPath(path),
    message: `${formatPath(path)} is not a known name.`,
    next: meant === undefined ? `Leave it out; ${list}.` : `Did you mean '${meant}'?`,
  });
}

function checkItems(context: Context, schema: JsonSchema, given: unknown[], path: Path): unknown[] {
  const prefix: unknown[] = Array.isArray(schema['prefixItems']) ? schema['prefixItems'] : [];
  return given.map((item, i) => {
    const itemSchema = prefix[i] ?? schema['items'];
    return isTreeObject(itemSchema) ? check(context, itemSchema, item, [...path, i]) : item;
  });
}

function checkCombined(
  context: Context,
  schema: JsonSchema,
  given: unknown,
  path: Path,
  wrong: (expected: string, next: string) => unknown,
): unknown {
  let value = given;
  for (const part of listOf(schema['allOf'])) value = check(context, part, value, path);
  for (const keyword of ['anyOf', 'oneOf']) {
    const parts = listOf(schema[keyword]);
    if (parts.length === 0) continue;
    const tries = parts.map((part) => {
      const problems: ValueProblem[] = [];
      return { value: check({ ...context, problems }, part, value, path), problems };
    });
    const fitting = tries.filter(({ problems }) => problems.length === 0);
    const first = fitting[0];
    if (first === undefined || (keyword === 'oneOf' && fitting.length > 1)) {
      return wrong(`of ${keyword === 'oneOf' ? 'exactly ' : ''}one of its ${parts.length} forms`, tries[0]?.problems[0]?.next ?? `Give ${named(path)} in one form only.`);
    }
    value = first.value;
  }
  return value;
}

function listOf(value: unknown): JsonSchema[] {
  return Array.isArray(value) ? value.filter(isTreeObject) : [];
}

function typesOf(schema: JsonSchema): string[] {
  const type = schema['type'];
  return Array.isArray(type) ? type.map(String) : type === undefined ? [] : [String(type)];
}

/** A value as it is called in an instruction. */
function named(path: Path): string {
  return path.length === 0 ? 'the parameters' : formatPath(path);
}
