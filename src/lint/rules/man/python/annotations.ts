/** Type annotations of pydantic fields as the JSON Schema that pydantic gives them. What is not known is UNKNOWN. */
import { UNKNOWN, isTreeObject, type TreeObject } from '../../../../manifest/index.js';
import type { PythonNode } from '../../../python/index.js';
import { evaluate, jsonOf } from './expressions.js';
import { nameOf, type Names } from './names.js';
import { schemaOf } from './value.js';

const maxDepth = 50;

const plain: Readonly<Record<string, TreeObject>> = {
  str: { type: 'string' },
  int: { type: 'integer' },
  float: { type: 'number' },
  bool: { type: 'boolean' },
  'typing.Any': {},
  ...each(['list', 'tuple', 'typing.List', 'typing.Sequence', 'typing.Tuple'], { type: 'array', items: {} }),
  ...each(['set', 'typing.Set'], { type: 'array', uniqueItems: true, items: {} }),
  ...each(['dict', 'typing.Dict', 'typing.Mapping'], { type: 'object' }),
};

const lists = ['list', 'typing.List', 'typing.Sequence', 'typing.Iterable'];
const sets = ['set', 'frozenset', 'typing.Set', 'typing.FrozenSet'];
const tuples = ['tuple', 'typing.Tuple'];
const dicts = ['dict', 'typing.Dict', 'typing.Mapping'];

function each(names: readonly string[], schema: TreeObject): Record<string, TreeObject> {
  return Object.fromEntries(names.map((name) => [name, schema]));
}

/** The annotation `Annotated[T, ...]` apart; any other as it is, with nothing beside it. */
export function unannotated(node: PythonNode, names: Names): { type: PythonNode; beside: PythonNode[] } {
  const generic = genericOf(node);
  const [type, ...beside] = generic?.args ?? [];
  if (generic === undefined || type === undefined || names.fullName(generic.of) !== 'typing.Annotated') return { type: node, beside: [] };
  return { type, beside: beside.map(inside) };
}

/** Whether the annotation is that of a class attribute, which is no field. */
export function isClassVar(node: PythonNode, names: Names): boolean {
  return names.fullName(genericOf(node)?.of ?? inside(node)) === 'typing.ClassVar';
}

/** The schema of an annotation; UNKNOWN, or with UNKNOWN parts, where it cannot be read. */
export function readType(annotation: PythonNode, names: Names, depth = 0): unknown {
  if (depth > maxDepth) return UNKNOWN;
  const node = inside(annotation);
  const inner = (part: PythonNode): unknown => readType(part, names, depth + 1);
  if (node.type === 'none') return { type: 'null' };
  if (node.type === 'binary_operator' || node.type === 'union_type') {
    const parts = node.namedChildren;
    return node.type === 'union_type' || node.childForFieldName('operator')?.text === '|' ? anyOf(parts.map(inner)) : UNKNOWN;
  }
  const generic = genericOf(node);
  if (generic !== undefined) return readGeneric(names.fullName(generic.of), generic.args, inner, names);
  const own = node.type === 'identifier' ? names.values.get(nameOf(node))?.value : undefined;
  if (own?.kind === 'model') return schemaOf(own.model);
  const schema = plain[names.fullName(node) ?? ''];
  return schema === undefined ? UNKNOWN : { ...schema };
}

/** `List[float]` apart. The grammar has one form for plain names and one for `typing.List[float]`. */
function genericOf(annotation: PythonNode): { of: PythonNode; args: readonly PythonNode[] } | undefined {
  const node = inside(annotation);
  if (node.type === 'generic_type') {
    const [of, parameters] = node.namedChildren;
    return of === undefined || parameters === undefined ? undefined : { of, args: parameters.namedChildren };
  }
  const of = node.type === 'subscript' ? node.childForFieldName('value') : null;
  return of === null ? undefined : { of, args: node.childrenForFieldName('subscript') };
}

function readGeneric(name: string | undefined, args: readonly PythonNode[], inner: (node: PythonNode) => unknown, names: Names): unknown {
  const [first, second] = args;
  if (name === undefined || first === undefined) return UNKNOWN;
  if (lists.includes(name)) return { type: 'array', items: inner(first) };
  if (sets.includes(name)) return { type: 'array', uniqueItems: true, items: inner(first) };
  if (tuples.includes(name)) return second !== undefined && inside(second).type === 'ellipsis' ? { type: 'array', items: inner(first) } : UNKNOWN;
  if (dicts.includes(name)) return second === undefined ? UNKNOWN : { type: 'object', additionalProperties: inner(second) };
  switch (name) {
    case 'typing.Optional':
      return anyOf([inner(first), { type: 'null' }]);
    case 'typing.Union':
      return anyOf(args.map(inner));
    case 'typing.Annotated':
    case 'typing.Final':
      return inner(first);
    case 'typing.Literal':
      return readLiteral(args, names);
    default:
      return UNKNOWN;
  }
}

function readLiteral(args: readonly PythonNode[], names: Names): unknown {
  const values = args.map((arg) => jsonOf(evaluate(inside(arg), names)));
  if (values.includes(undefined)) return UNKNOWN;
  return { ...(values.every((value) => typeof value === 'string') ? { type: 'string' } : {}), enum: values };
}

function anyOf(parts: unknown[]): unknown {
  const flat = parts.flatMap((part) => (isTreeObject(part) && Array.isArray(part['anyOf']) ? (part['anyOf'] as unknown[]) : [part]));
  return { anyOf: flat };
}

/** The expression inside `type` nodes and parentheses. */
function inside(node: PythonNode): PythonNode {
  let inner = node;
  while (inner.type === 'type' || inner.type === 'parenthesized_expression') {
    const [only] = inner.namedChildren;
    if (only === undefined) return inner;
    inner = only;
  }
  return inner;
}
