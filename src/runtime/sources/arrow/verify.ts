/**
 * Whether the vectors in a message's metadata (a FlatBuffer) end where the metadata ends. The decoder trusts their
 * lengths and reads on behind the end; in a damaged file, one of them could fill the memory.
 */

/** Slots of the tables of Arrow's Message.fbs and Schema.fbs that are looked at, as offsets in their vtables. */
const MESSAGE = { headerType: 6, header: 8 };
const SCHEMA = { fields: 6, metadata: 8 };
const FIELD = { children: 14, metadata: 16 };
const BATCH = { nodes: 6, buffers: 8, variadic: 12 };
const DICTIONARY = { data: 6 };
const HEADER = { schema: 1, dictionary: 2, batch: 3 };
const DEEPEST = 64;

/** @throws RangeError for anything that lies outside of the metadata */
export function verifyMessage(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const message = view.getUint32(0, true);
  const typeAt = slot(view, message, MESSAGE.headerType);
  const header = table(view, message, MESSAGE.header);
  if (typeAt === null || header === null) throw new RangeError('a message without content');
  const type = view.getUint8(typeAt);
  if (type === HEADER.schema) {
    vector(view, header, SCHEMA.metadata, 4);
    for (const field of tables(view, header, SCHEMA.fields)) verifyField(view, field, 0);
  } else if (type === HEADER.batch) verifyBatch(view, header);
  else if (type === HEADER.dictionary) {
    const data = table(view, header, DICTIONARY.data);
    if (data !== null) verifyBatch(view, data);
  } else throw new RangeError(`a message of kind ${type}`);
}

function verifyField(view: DataView, field: number, depth: number): void {
  if (depth > DEEPEST) throw new RangeError('columns that are nested too deeply');
  vector(view, field, FIELD.metadata, 4);
  for (const child of tables(view, field, FIELD.children)) verifyField(view, child, depth + 1);
}

function verifyBatch(view: DataView, batch: number): void {
  vector(view, batch, BATCH.nodes, 16);
  vector(view, batch, BATCH.buffers, 16);
  vector(view, batch, BATCH.variadic, 8);
}

/** Where a table holds a field, null where it has none. */
function slot(view: DataView, at: number, offset: number): number | null {
  const vtable = at - view.getInt32(at, true);
  if (offset >= view.getUint16(vtable, true)) return null;
  const relative = view.getUint16(vtable + offset, true);
  return relative === 0 ? null : at + relative;
}

function table(view: DataView, at: number, offset: number): number | null {
  const found = slot(view, at, offset);
  return found === null ? null : found + view.getUint32(found, true);
}

/** The first item of a vector, and how many there are. */
function vector(view: DataView, at: number, offset: number, itemBytes: number): { start: number; count: number } {
  const found = table(view, at, offset);
  if (found === null) return { start: 0, count: 0 };
  const count = view.getUint32(found, true);
  const start = found + 4;
  if (start + count * itemBytes > view.byteLength) throw new RangeError('a list that is longer than the message');
  return { start, count };
}

function* tables(view: DataView, at: number, offset: number): Generator<number> {
  const { start, count } = vector(view, at, offset, 4);
  for (let i = 0; i < count; i++) {
    const item = start + i * 4;
    yield item + view.getUint32(item, true);
  }
}
