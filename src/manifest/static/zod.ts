/**
 * Reads zod expressions as the JSON Schema that zod itself would give: `object strictObject string number boolean array
 * enum int` with `min max length int array strict optional nullable nullish default describe`. Anything else makes the schema UNKNOWN.
 */
import type { CallExpression, Node } from '@babel/types';
import { UNKNOWN, hasUnknown, isTreeObject, type Path, type TreeObject } from '../tree.js';
import type { Reader } from './reader.js';
import { unwrap } from './unwrap.js';

const zodModules: readonly string[] = ['zod', 'plugsmith/manifest', 'plugsmith'];

/** Keywords of `min`, `max` by the type they stand on. */
const limitKeywords: Readonly<Record<string, readonly [min: string, max: string]>> = {
  string: ['minLength', 'maxLength'],
  array: ['minItems', 'maxItems'],
  number: ['minimum', 'maximum'],
  integer: ['minimum', 'maximum'],
};

/** The schema that a call describes, or UNKNOWN when it is no zod expression that can be read. */
export function readZod(reader: Reader, node: CallExpression, path: Path): unknown {
  const callee = unwrap(node.callee);
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return UNKNOWN;
  const method = callee.property.name;
  const object = unwrap(callee.object);
  const schema = isZod(reader, object)
    ? construct(reader, method, node.arguments, path)
    : modify(reader, reader.read(object, path), method, node.arguments);
  if (schema === undefined) return UNKNOWN;
  reader.schemas.add(schema);
  return schema;
}

/** Whether the expression is the `z` of a module that exports zod's. */
function isZod(reader: Reader, node: Node): boolean {
  const imported = node.type === 'Identifier' ? reader.bindings.imports.get(node.name) : undefined;
  if (imported === undefined || !zodModules.includes(imported.module)) return false;
  return imported.name === 'z' || (imported.module === 'zod' && (imported.name === '*' || imported.name === 'default'));
}

function construct(reader: Reader, method: string, args: readonly Node[], path: Path): TreeObject | undefined {
  const [first] = args;
  switch (method) {
    case 'string':
    case 'number':
    case 'boolean':
      return args.length === 0 ? { type: method } : undefined;
    case 'int':
      return args.length === 0 ? { type: 'integer' } : undefined;
    case 'array': {
      const itemPath = [...path, 'items'];
      const items = first === undefined ? undefined : reader.read(first, itemPath);
      return isSchema(reader, items) ? { type: 'array', items } : { type: 'array', items: UNKNOWN };
    }
    case 'enum': {
      const values = first === undefined ? undefined : reader.read(first, path);
      return Array.isArray(values) && !hasUnknown(values) ? { type: 'string', enum: values } : undefined;
    }
    case 'object':
    case 'strictObject': {
      const schema = first === undefined ? { type: 'object', properties: {} } : readShape(reader, reader.read(first, [...path, 'properties']));
      return schema && method === 'strictObject' ? { ...schema, additionalProperties: false } : schema;
    }
    default:
      return undefined;
  }
}

function readShape(reader: Reader, shape: unknown): TreeObject | undefined {
  if (!isTreeObject(shape)) return undefined;
  const required = Object.entries(shape).flatMap(([name, field]) => {
    if (isSchema(reader, field)) return reader.optional.has(field) ? [] : [name];
    shape[name] = UNKNOWN;
    return [];
  });
  return { type: 'object', properties: shape, ...(required.length > 0 ? { required } : {}) };
}

function isSchema(reader: Reader, value: unknown): value is TreeObject {
  return isTreeObject(value) && reader.schemas.has(value);
}

/** A copy of the schema with what the method adds; undefined when the method or its arguments are not known. */
function modify(reader: Reader, base: unknown, method: string, args: readonly Node[]): TreeObject | undefined {
  if (!isSchema(reader, base)) return undefined;
  const value = args[0] === undefined ? undefined : reader.read(args[0], []);
  let optional = reader.optional.has(base);
  if (method === 'array') return optional || args.length > 0 ? undefined : { type: 'array', items: base };
  const schema = { ...base };
  switch (method) {
    case 'min':
    case 'max':
    case 'length': {
      const keywords = limitKeywords[String(schema['type'])];
      if (keywords === undefined || typeof value !== 'number') return undefined;
      if (method !== 'max') schema[keywords[0]] = value;
      if (method !== 'min') schema[keywords[1]] = value;
      break;
    }
    case 'int':
      schema['type'] = 'integer';
      break;
    case 'strict':
      if (schema['type'] !== 'object' || args.length > 0) return undefined;
      schema['additionalProperties'] = false;
      break;
    case 'nullable':
    case 'nullish':
      if (Object.keys(schema).some((keyword) => keyword !== 'type') || typeof schema['type'] !== 'string') return undefined;
      schema['type'] = [schema['type'], 'null'];
      optional ||= method === 'nullish';
      break;
    case 'describe':
      schema['description'] = value;
      break;
    case 'default':
      schema['default'] = value;
      optional = true;
      break;
    case 'optional':
      optional = true;
      break;
    default:
      return undefined;
  }
  if (optional) reader.optional.add(schema);
  return schema;
}
