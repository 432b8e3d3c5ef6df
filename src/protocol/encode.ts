/** Blocks as Arrow IPC streams. Uncompressed, one record batch per block; buffers are viewed, not copied. */
import { Bool, Field, FixedSizeList, Float32, Float64, Int64, Null, RecordBatch, RecordBatchStreamWriter, Schema, Struct, Utf8, makeData, type Data, type DataType } from 'apache-arrow';
import { sameType, type Block, type ColumnType, type WireColumn } from './columns.js';

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

/** Makes the messages of a stream one by one, each in chunks that view what they were made of. */
class MessageWriter extends RecordBatchStreamWriter {
  private chunks: Uint8Array[] = [];

  schema(schema: Schema): Uint8Array[] {
    return this.collect(() => this._writeSchema(schema));
  }

  /** A record batch over the block's own buffers; columns must stand in the schema's order. */
  batch(schema: Schema, block: Block): Uint8Array[] {
    const children = block.columns.map((column, i) => arrowData(column, (schema.fields[i] as Field).type));
    const batch = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: block.rows, nullCount: 0, children }));
    return this.collect(() => this._writeRecordBatch(batch));
  }

  protected override _write(chunk: ArrayBufferView | ArrayBuffer | Uint8Array): this {
    const bytes = chunk instanceof Uint8Array ? chunk : ArrayBuffer.isView(chunk) ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength) : new Uint8Array(chunk);
    if (bytes.byteLength > 0) this.chunks.push(bytes);
    return this;
  }

  private collect(write: () => unknown): Uint8Array[] {
    // Nothing of a message that could not be made gets into the next one.
    this.chunks = [];
    // Places of record batches, which only the footer of a file needs.
    this._recordBatchBlocks = [];
    write();
    const message = this.chunks;
    this.chunks = [];
    return message;
  }
}

const messages = new MessageWriter();
const END_OF_STREAM = new Uint8Array(Int32Array.of(-1, 0).buffer);

/** Messages of blocks that are still in use: the journal and the output write the same ones. A block never changes. */
const made = new WeakMap<Block, Uint8Array[]>();

function batchMessage(schema: Schema, block: Block): Uint8Array[] {
  let message = made.get(block);
  if (message === undefined) made.set(block, (message = messages.batch(schema, block)));
  return message;
}

/** A stream writer that hands out what it wrote so far, for sinks that decide themselves when bytes leave. */
export class BlockWriter {
  private chunks: Uint8Array[];

  /** The schema message is written at once. */
  constructor(private readonly schema: Schema) {
    this.chunks = messages.schema(schema);
  }

  /** One record batch; take it with `drain`. */
  writeBlock(block: Block): void {
    this.chunks.push(...batchMessage(this.schema, block));
  }

  /** The bytes written since the last call. The chunks alias the block's buffers until they are written out. */
  drain(): Uint8Array[] {
    const out = this.chunks;
    this.chunks = [];
    return out;
  }

  /** The end-of-stream marker. */
  end(): void {
    this.chunks.push(END_OF_STREAM);
  }
}

type NamedType = Pick<WireColumn, 'name' | 'type'>;

interface Encoded {
  columns: readonly NamedType[];
  schema: Schema;
  message: Uint8Array[];
}

/** The schema of the last encoded block: those of a run are alike. */
let last: Encoded = { columns: [], schema: new Schema([]), message: [] };

function schemaOf(columns: readonly NamedType[]): Encoded {
  const known = last.columns.length === columns.length && last.columns.every(({ name, type }, i) => name === columns[i]?.name && sameType(type, (columns[i] as NamedType).type));
  if (!known) {
    const schema = arrowSchema(columns);
    // No more than that: the block's buffers must not live as long as this.
    last = { columns: columns.map(({ name, type }) => ({ name, type })), schema, message: messages.schema(schema) };
  }
  return last;
}

/** The block as one self-contained Arrow IPC stream, in chunks. A block without columns has no bytes. */
export function encodeBlock(block: Block): Uint8Array[] {
  if (block.columns.length === 0) return [];
  const { schema, message } = schemaOf(block.columns);
  return [...message, ...messages.batch(schema, block), END_OF_STREAM];
}
