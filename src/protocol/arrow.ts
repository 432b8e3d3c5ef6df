/**
 * Blocks as Arrow IPC streams and back. Uncompressed, one record batch per block; buffers are viewed, not copied.
 */
import {
  Bool, DataType, Field, FixedSizeList, Float32, Float64, Int64, Null, Precision, RecordBatch, RecordBatchReader, RecordBatchStreamWriter, Schema, Struct, Utf8, makeData,
  type Data,
} from 'apache-arrow';
import type { Block, ColumnType, WireColumn } from './columns.js';
import { ProtocolError } from './frames.js';

/** Field metadata key that marks a UTF-8 column whose texts are JSON. */
export const KIND_KEY = 'plugsmith';

function arrowType(type: ColumnType): DataType {
  switch (type.kind) {
    case 'null': return new Null();
    case 'bool': return new Bool();
    case 'int': return new Int64();
    case 'float': return new Float64();
    case 'text':
    case 'json': return new Utf8();
    case 'vector': return new FixedSizeList(type.dim, new Field('item', new Float32(), false));
  }
}

/** The Arrow field of a column: always nullable, JSON columns marked. */
function arrowField(name: string, type: ColumnType): Field {
  return new Field(name, arrowType(type), true, type.kind === 'json' ? new Map([[KIND_KEY, 'json']]) : undefined);
}

export function arrowSchema(columns: readonly { name: string; type: ColumnType }[], metadata?: Map<string, string>): Schema {
  return new Schema(columns.map(({ name, type }) => arrowField(name, type)), metadata);
}

/** A bitmap without anything behind its last bit: what was cut from a longer column must not show in the bytes. */
function exactBitmap(bitmap: Uint8Array, length: number): Uint8Array {
  const bytes = bitmap.subarray(0, (length + 7) >> 3);
  const used = length & 7;
  if (used === 0 || (bytes[bytes.length - 1] as number) >> used === 0) return bytes;
  const exact = bytes.slice();
  exact[exact.length - 1] = (exact[exact.length - 1] as number) & ((1 << used) - 1);
  return exact;
}

function arrowData(column: WireColumn, type: DataType): Data {
  const common = { length: column.length, nullCount: column.nulls, nullBitmap: column.validity === null ? undefined : exactBitmap(column.validity, column.length) };
  switch (column.type.kind) {
    case 'null':
      return makeData({ type: type as Null, length: column.length });
    case 'bool':
      return makeData({ ...common, type: type as Bool, data: exactBitmap((column as { data: Uint8Array }).data, column.length) });
    case 'int':
      return makeData({ ...common, type: type as Int64, data: (column as { data: BigInt64Array }).data });
    case 'float':
      return makeData({ ...common, type: type as Float64, data: (column as { data: Float64Array }).data });
    case 'text':
    case 'json': {
      const { offsets, data } = column as { offsets: Int32Array; data: Uint8Array };
      return makeData({ ...common, type: type as Utf8, valueOffsets: offsets, data });
    }
    case 'vector': {
      const floats = (column as { data: Float32Array }).data;
      const list = type as FixedSizeList<Float32>;
      return makeData({ ...common, type: list, child: makeData({ type: new Float32(), length: floats.length, data: floats }) });
    }
  }
}

/** A record batch over the block's own buffers; columns must stand in the schema's order. */
function toRecordBatch(schema: Schema, block: Block): RecordBatch {
  const children = block.columns.map((column, i) => arrowData(column, (schema.fields[i] as Field).type));
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: block.rows, nullCount: 0, children }));
}

/** A stream writer that hands out what it wrote so far, for sinks that decide themselves when bytes leave. */
export class BlockWriter extends RecordBatchStreamWriter {
  private chunks: Uint8Array[] = [];

  constructor(private readonly arrow: Schema) {
    super({ autoDestroy: false });
    this.reset(undefined, arrow);
  }

  /** Schema message, written once at construction, then one record batch per call; take them with `drain`. */
  writeBlock(block: Block): void {
    this.write(toRecordBatch(this.arrow, block));
  }

  /** The bytes written since the last call. The chunks alias the block's buffers until they are written out. */
  drain(): Uint8Array[] {
    const out = this.chunks;
    this.chunks = [];
    return out;
  }

  /** The end-of-stream marker. */
  end(): void {
    this.finish();
  }

  protected override _write(chunk: ArrayBufferView | ArrayBuffer | Uint8Array): this {
    if (this._started) {
      const bytes = chunk instanceof Uint8Array ? chunk : ArrayBuffer.isView(chunk) ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength) : new Uint8Array(chunk);
      if (bytes.byteLength > 0) {
        this.chunks.push(bytes);
        this._position += bytes.byteLength;
      }
    }
    return this;
  }
}

/** The block as one self-contained Arrow IPC stream, in chunks. A block without columns has no bytes. */
export function encodeBlock(block: Block): Uint8Array[] {
  if (block.columns.length === 0) return [];
  const writer = new BlockWriter(arrowSchema(block.columns));
  writer.writeBlock(block);
  writer.end();
  return writer.drain();
}

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
