/** The three schemas, and how output_schema and the features agree. */
import type { Dialect } from '../dialect.js';
import { fieldsOf, requiredOf } from '../fields.js';
import { problem, type Problem } from '../problem.js';
import { UNKNOWN, hasUnknown, isTreeObject, valueAt, valueOf, type TreeObject } from '../tree.js';
import { maxDimension } from '../schema.js';
import { namedFeatures } from './features.js';

/** A list of numbers this long is taken for a vector; shorter ones are boxes, points, scores. */
const shortestVector = 16;

export function checkSchemasAreObjects(tree: TreeObject, dialect: Dialect): Problem[] {
  return ['input_schema', 'output_schema', 'parameter_schema'].flatMap((key) => {
    const schema = tree[key];
    const type = isTreeObject(schema) ? valueOf(schema, 'type') : 'object';
    if (type === 'object' || type === UNKNOWN || (type === undefined && isTreeObject(schema) && '$ref' in schema)) return [];
    return [
      problem('MAN-FIELD', {
        path: [key],
        at: 'value',
        message: `${key} describes ${typeof type === 'string' ? `a value of type ${type}` : 'no object'}; it must describe an object with named fields.`,
        why: 'Its fields are the columns of a row, of the output, or the names of the parameters.',
        next: dialect.writeSchema,
      }),
    ];
  });
}

export function checkInputSchema(tree: TreeObject, dialect: Dialect): Problem[] {
  const schema = tree['input_schema'];
  const fields = fieldsOf(schema);
  if (Object.keys(fields).length === 0 || hasUnknown(schema) || requiredOf(schema).length > 0) return [];
  return [
    problem('MAN-INPUT-SCHEMA', {
      path: ['input_schema'],
      at: 'value',
      message: 'input_schema has no required key.',
      why: 'The data column is read from the required key; without one, every run must say which column to read.',
      next: dialect.makeRequired,
    }),
  ];
}

export function checkOutputSchema(tree: TreeObject, dialect: Dialect): Problem[] {
  const schema = tree['output_schema'];
  const properties = isTreeObject(schema) ? valueOf(schema, 'properties') : UNKNOWN;
  // `{ type: 'object' }` alone lists no fields, so it leaves none out.
  if (!isTreeObject(properties)) return [];
  return namedFeatures(tree).flatMap(({ index, name, feature }) => {
    const field = valueOf(properties, name);
    if (field === undefined) {
      return [
        problem('MAN-OUTPUT-FEATURE', {
          path: ['features', index, 'feature_name'],
          at: 'value',
          message: `The feature '${name}' has no key in output_schema.`,
          why: 'The two describe the same column; readers of the schema would not know that the vector exists.',
          next: `Add ${dialect.vector(name, typeof feature['embedding_dim'] === 'number' ? String(feature['embedding_dim']) : 'N')} to output_schema, or correct the name.`,
        }),
      ];
    }
    return isTreeObject(field) ? checkLength(name, field, feature['embedding_dim']) : [];
  });
}

function checkLength(name: string, field: TreeObject, dimension: unknown): Problem[] {
  const length = fixedLength(field);
  // What can be no dimension has been refused, and says nothing about the schema.
  if (length === undefined || !isDimension(dimension) || length === dimension) return [];
  return [
    problem('MAN-OUTPUT-SCHEMA', {
      path: ['output_schema', 'properties', name],
      at: 'value',
      message: `output_schema gives '${name}' ${length} numbers, its feature has embedding_dim ${dimension}.`,
      why: 'Vectors of another length than the index are refused, and their documents are lost.',
      next: 'Write the length of the model\'s vectors in both places.',
    }),
  ];
}

function isDimension(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maxDimension;
}

/** The length of a list that has exactly one possible length. */
function fixedLength(field: TreeObject): number | undefined {
  const { minItems, maxItems } = field;
  return typeof minItems === 'number' && minItems === maxItems ? minItems : undefined;
}

export function checkOutputVectors(tree: TreeObject): Problem[] {
  const features = valueOf(tree, 'features');
  if (features !== undefined && (!Array.isArray(features) || hasUnknown(features))) return [];
  if (valueOf(tree, 'required_vector_indexes') !== undefined) return [];
  const named = namedFeatures(tree);
  // Any vector may be the one that a feature without a name is about.
  if (features !== undefined && named.length < features.length) return [];
  const declared = new Set(named.map(({ name }) => name));
  const fields = fieldsOf(tree['output_schema']);
  // A feature that has no key may be meant by a vector of its length, and has been told already.
  const without = named.filter(({ name }) => !Object.hasOwn(fields, name)).map(({ feature }) => feature['embedding_dim']);
  return Object.entries(fields).flatMap(([name, field]) => {
    if (declared.has(name) || !isTreeObject(field)) return [];
    const length = fixedLength(field);
    const itemType = valueAt(field, ['items', 'type']);
    if (length === undefined || length < shortestVector || without.includes(length) || (itemType !== 'number' && itemType !== 'integer')) return [];
    return [
      problem('MAN-OUTPUT-VECTOR', {
        path: ['output_schema', 'properties', name],
        at: 'key',
        message: `output_schema has a vector '${name}' of ${length} numbers that is no feature.`,
        why: 'A vector index is made for declared features only, so this vector cannot be searched.',
        next: `Add a feature named '${name}' with embedding_dim ${length}, or leave out its fixed length if it is not to be searched.`,
      }),
    ];
  });
}
