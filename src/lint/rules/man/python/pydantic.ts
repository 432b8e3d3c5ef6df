/** Classes that derive from pydantic's BaseModel, as models. */
import { UNKNOWN, isTreeObject, type TreeObject } from '../../../../manifest/index.js';
import type { PythonNode } from '../../../python/index.js';
import { isClassVar, readType, unannotated } from './annotations.js';
import { evaluate, jsonOf } from './expressions.js';
import { nameOf, rangeOf, type Names } from './names.js';
import { schemaOf, type Field, type Model, type Value } from './value.js';

/** More parts than any schema needs. Models that hold each other twice double. */
const maxParts = 5_000;

/** The model that a class is, or unknown for any other class. */
export function readClass(node: PythonNode, names: Names): Value {
  const at = rangeOf(node);
  const bases = (node.childForFieldName('superclasses')?.namedChildren ?? []).filter(({ type }) => type !== 'keyword_argument');
  const model: Model = { fields: new Map(), isOpen: false };
  const isModel = bases.length > 0 && bases.every((base) => inherit(model, base, names));
  const body = node.childForFieldName('body');
  if (!isModel || body === null || /\balias_generator\b/.test(body.text)) return { kind: 'unknown', at };
  for (const statement of body.namedChildren) readMember(model, statement, names);
  return countParts(schemaOf(model)) > maxParts ? { kind: 'unknown', at } : { kind: 'model', model, at };
}

function inherit(model: Model, base: PythonNode, names: Names): boolean {
  if (names.fullName(base) === 'pydantic.BaseModel') return true;
  const parent = base.type === 'identifier' ? names.values.get(nameOf(base))?.value : undefined;
  if (parent?.kind !== 'model') return false;
  for (const [name, field] of parent.model.fields) model.fields.set(name, field);
  model.isOpen ||= parent.model.isOpen;
  return true;
}

function readMember(model: Model, statement: PythonNode, names: Names): void {
  const [assignment] = statement.type === 'expression_statement' ? statement.namedChildren : [];
  const left = assignment?.type === 'assignment' ? assignment.childForFieldName('left') : null;
  const type = assignment?.childForFieldName('type') ?? null;
  if (assignment !== undefined && left?.type === 'identifier' && type !== null) {
    const name = nameOf(left);
    if (!name.startsWith('_') && name !== 'model_config' && !isClassVar(type, names)) readField(model, name, assignment, left, type, names);
  } else if (/^(if|for|while|try|with|match)_statement$/.test(statement.type)) model.isOpen = true;
}

function readField(model: Model, name: string, assignment: PythonNode, left: PythonNode, annotation: PythonNode, names: Names): void {
  const { type, beside } = unannotated(annotation, names);
  const right = assignment.childForFieldName('right');
  const calls = [...beside, ...(right === null ? [] : [right])].filter((node) => isFieldCall(node, names));
  const field: Field = {
    key: rangeOf(left),
    at: { start: annotation.startIndex, end: assignment.endIndex },
    schema: readType(type, names),
    isRequired: true,
  };
  if (right !== null && !calls.includes(right)) applyDefault(field, right, names);
  for (const call of calls) {
    if (!applyField(field, call, names)) model.isOpen = true;
  }
  // Under another name, or with arguments that are not known: whatever it is, it is not this.
  if (model.isOpen && calls.length > 0 && field.schema === UNKNOWN) model.fields.delete(name);
  else model.fields.set(name, field);
}

function isFieldCall(node: PythonNode, names: Names): boolean {
  const callee = node.type === 'call' ? node.childForFieldName('function') : null;
  return callee !== null && names.fullName(callee) === 'pydantic.Field';
}

function applyDefault(field: Field, node: PythonNode, names: Names): void {
  if (node.type === 'ellipsis') return;
  field.isRequired = false;
  const value = jsonOf(evaluate(node, names));
  if (value !== undefined && isTreeObject(field.schema)) field.schema = { ...field.schema, default: value };
}

/** Limits by argument: the keyword where one serves all types, else those of text and of lists. */
const limits: Readonly<Record<string, string | readonly [text: string, list: string]>> = {
  ge: 'minimum', gt: 'exclusiveMinimum', le: 'maximum', lt: 'exclusiveMaximum', multiple_of: 'multipleOf',
  min_length: ['minLength', 'minItems'], max_length: ['maxLength', 'maxItems'], min_items: ['', 'minItems'], max_items: ['', 'maxItems'],
  pattern: 'pattern', regex: 'pattern', description: 'description', title: 'title',
};

/** Puts into the field what `Field(...)` says; false when the field may have another name. */
function applyField(field: Field, call: PythonNode, names: Names): boolean {
  for (const arg of call.childForFieldName('arguments')?.namedChildren ?? []) {
    const key = arg.childForFieldName('name');
    const value = arg.childForFieldName('value');
    if (arg.type !== 'keyword_argument' || key === null || value === null) {
      if (/splat/.test(arg.type)) return hide(field);
      applyDefault(field, arg, names);
      continue;
    }
    const argument = nameOf(key);
    if (argument === 'alias' || argument === 'validation_alias') return hide(field);
    if (argument === 'default') applyDefault(field, value, names);
    else if (argument === 'default_factory') field.isRequired = false;
    else if (limits[argument] !== undefined) field.schema = limited(field.schema, limits[argument], jsonOf(evaluate(value, names)));
  }
  return true;
}

function hide(field: Field): false {
  field.schema = UNKNOWN;
  return false;
}

/** A copy of the schema with a limit; in `T | None` it holds for T. */
function limited(schema: unknown, limit: string | readonly [text: string, list: string], value: unknown): unknown {
  if (!isTreeObject(schema)) return schema;
  const parts = schema['anyOf'];
  if (Array.isArray(parts) && limit !== 'description' && limit !== 'title') {
    return { ...schema, anyOf: parts.map((part: unknown) => (isTreeObject(part) && part['type'] !== 'null' ? limited(part, limit, value) : part)) };
  }
  const keyword = typeof limit === 'string' ? limit : limit[schema['type'] === 'array' ? 1 : 0];
  return keyword === '' ? schema : { ...schema, [keyword]: value ?? UNKNOWN };
}

function countParts(schema: TreeObject): number {
  const stack: unknown[] = [schema];
  let count = 0;
  while (stack.length > 0 && count <= maxParts) {
    const part = stack.pop();
    count++;
    if (typeof part === 'object' && part !== null) for (const child of Object.values(part)) stack.push(child);
  }
  return count;
}
