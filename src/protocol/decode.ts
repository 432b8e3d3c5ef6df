/** Blocks out of Arrow IPC streams; buffers are viewed, not copied. */
import { DataType, Precision, RecordBatchReader, type Data, type Field, type RecordBatch } from 'apache-arrow';
import type { Block, WireColumn } from './columns.js';
import { KIND_KEY } from './encode.js';
import { ProtocolError } from './frames.js';

/**
 * Reads one Arrow IPC stream holding at most one record batch.
 * @throws ProtocolError when the bytes are no such stream or hold a type that the protocol does not know.
 */
export function decodeBlock(bytes: Uint8Array, rows: number): Block {
  if (bytes.byteLength === 0) return { rows, columns: [] };
  let batches: RecordBatch[];
  try {
    batches = [...RecordBatchReader.from(bytes)];
  } catch (error) {
    throw new ProtocolError(`body is not an Arrow IPC stream: ${(error as Error).message}`);
  }
  const [batch] = batches;
  if (batch === undefined || batches.length > 1) throw new ProtocolError(`body holds ${batches.length} record batches instead of one`);
  if (batch.numRows !== rows) throw new ProtocolError(`body holds ${batch.numRows} rows, the header says ${rows}`);
  return { rows, columns: fromRecordBatch(batch) };
}

/** Views of a record batch's buffers as columns. */
export function fromRecordBatch(batch: RecordBatch): WireColumn[] {
  return batch.schema.fields.map((field, i) => fromData(field, batch.data.children[i] as Data));
}

function fromData(field: Field, data: Data): WireColumn {
  const { length } = data;
  const nulls = data.nullCount;
  const common = { name: field.name, length, nulls, validity: nulls > 0 ? data.nullBitmap : null };
  const { type } = field;
  if (DataType.isNull(type)) return { ...common, nulls: length, validity: null, type: { kind: 'null' } };
  if (DataType.isBool(type)) return { ...common, type: { kind: 'bool' }, data: data.values as Uint8Array };
  if (DataType.isInt(type) && type.isSigned && type.bitWidth === 64) return { ...common, type: { kind: 'int' }, data: (data.values as BigInt64Array).subarray(0, length) };
  if (DataType.isFloat(type) && type.precision === Precision.DOUBLE) return { ...common, type: { kind: 'float' }, data: (data.values as Float64Array).subarray(0, length) };
  if (DataType.isUtf8(type)) {
    const kind = field.metadata.get(KIND_KEY) === 'json' ? 'json' : 'text';
    // An empty column may come without offsets.
    const offsets = data.valueOffsets.length > length ? (data.valueOffsets as Int32Array).subarray(0, length + 1) : new Int32Array(length + 1);
    return { ...common, type: { kind }, offsets, data: data.values as Uint8Array };
  }
  if (DataType.isFixedSizeList(type) && DataType.isFloat(type.valueType) && type.valueType.precision === Precision.SINGLE) {
    const floats = (data.children[0] as Data).values as Float32Array;
    return { ...common, type: { kind: 'vector', dim: type.listSize }, data: floats.subarray(0, length * type.listSize) };
  }
  throw new ProtocolError(`column "${field.name}" has the Arrow type ${String(type)}, which the protocol does not carry`);
}
