/** Journal columns as Parquet schema elements. Every column is optional; vectors are `list<float32>`. */
import type { ParquetType, SchemaElement } from 'hyparquet';
import type { ColumnType } from '../../../protocol/index.js';
import type { JournalField } from '../../journal/index.js';

/** Physical type of a column's values. */
export function physicalType(type: ColumnType): ParquetType {
  switch (type.kind) {
    case 'null': return 'INT32';
    case 'bool': return 'BOOLEAN';
    case 'int': return 'INT64';
    case 'float': return 'DOUBLE';
    case 'text':
    case 'json': return 'BYTE_ARRAY';
    case 'vector': return 'FLOAT';
  }
}

/** From the root to the values, as the footer names them. */
export function columnPath({ name, type }: JournalField): string[] {
  return type.kind === 'vector' ? [name, 'list', 'element'] : [name];
}

/** The schema of the footer: a tree written in depth-first order. */
export function schemaElements(fields: readonly JournalField[]): SchemaElement[] {
  return [{ name: 'schema', num_children: fields.length }, ...fields.flatMap(elementsOf)];
}

function elementsOf({ name, type }: JournalField): SchemaElement[] {
  const optional = { name, repetition_type: 'OPTIONAL' } as const;
  switch (type.kind) {
    case 'null':
      return [{ ...optional, type: 'INT32', logical_type: { type: 'NULL' } }];
    case 'text':
      return [{ ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }];
    case 'json':
      return [{ ...optional, type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } }];
    case 'vector':
      return [
        { ...optional, num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
      ];
    default:
      return [{ ...optional, type: physicalType(type) }];
  }
}
