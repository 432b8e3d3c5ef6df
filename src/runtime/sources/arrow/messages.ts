/**
 * The messages of an Arrow IPC stream. An Arrow file is a stream too, between a magic at its beginning and a table of
 * contents at its end, so both are read in one way and from front to back.
 */
import { Message } from 'apache-arrow';
import { compressed, corrupt, gigantic, noArrow, truncated } from './failures.js';
import { verifyMessage } from './verify.js';

export interface ArrowMessage {
  kind: 'schema' | 'dictionary' | 'batch';
  /** Rows of a record batch, 0 of others. */
  rows: number;
  /** The message as it stands in the stream, prefix and body included. */
  bytes: Buffer;
  /** Where it begins and ends. */
  start: number;
  end: number;
}

/** At the beginning and at the end of a file. */
export const MAGIC = 'ARROW1';
const CONTINUATION = 0xffffffff;
const MAX_METADATA_BYTES = 64 * 1024 * 1024;
const MAX_BODY_BYTES = 1024 * 1024 * 1024;

/** @throws Failure `input-format`, `input-truncated`, `input-compression`, `input-record-batch`, `input-corrupt` */
export async function* readMessages(shown: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<ArrowMessage> {
  const queue = new ByteQueue(chunks);
  try {
    yield* messagesOf(shown, queue);
  } finally {
    await queue.close();
  }
}

async function* messagesOf(shown: string, queue: ByteQueue): AsyncGenerator<ArrowMessage> {
  const magic = await queue.peek(8);
  const isFile = magic.subarray(0, MAGIC.length).toString('latin1') === MAGIC;
  if (isFile) await queue.take(8);
  let batches = 0;
  for (let first = true; ; first = false) {
    const start = queue.position;
    const length = await readLength(shown, queue, isFile, first);
    if (length === 0) return;
    // Without the marker of today, the first four bytes may be anything.
    if (length < 0 || length > MAX_METADATA_BYTES) throw first ? noArrow(shown) : corrupt(shown, `message at byte ${start}`, new Error('its length makes no sense'));
    const metadata = await queue.take(length);
    if (metadata === null) throw first && !isFile ? noArrow(shown) : truncated(shown, 'the description of a record batch');
    const message = decode(shown, metadata, first && !isFile, start);
    const size = message.bodyLength;
    if (message.isRecordBatch()) batches++;
    refuseCompressed(shown, message);
    if (!fits(message)) throw corrupt(shown, `message at byte ${start}`, new Error('its sizes make no sense'));
    if (size > MAX_BODY_BYTES) throw gigantic(shown, batches, size, MAX_BODY_BYTES);
    const body = await queue.take(size);
    if (body === null) throw truncated(shown, `record batch ${Math.max(1, batches)}`);
    const kind = message.isSchema() ? 'schema' : message.isDictionaryBatch() ? 'dictionary' : 'batch';
    yield { kind, rows: message.isRecordBatch() ? Number(message.header().length) : 0, bytes: framed(metadata, body), start, end: queue.position };
  }
}

/** @returns 0 at the end of the stream */
async function readLength(shown: string, queue: ByteQueue, isFile: boolean, first: boolean): Promise<number> {
  const left = (await queue.peek(8)).byteLength;
  // A stream may end without its marker. A file may not: its table of contents follows.
  if (left === 0 && !isFile) return 0;
  if (left < 8 && first && !isFile) throw noArrow(shown);
  const marker = (await queue.take(4))?.readUInt32LE(0);
  if (marker !== undefined && marker !== CONTINUATION) return marker | 0;
  const length = await queue.take(4);
  if (length === null) throw truncated(shown, 'its record batches');
  return length.readInt32LE(0);
}

function decode(shown: string, metadata: Buffer, mayBeAnything: boolean, start: number): Message {
  try {
    verifyMessage(metadata);
    return Message.decode(metadata);
  } catch (error) {
    throw mayBeAnything ? noArrow(shown) : corrupt(shown, `message at byte ${start}`, error);
  }
}

function refuseCompressed(shown: string, message: Message): void {
  const header = message.isRecordBatch() ? message.header() : message.isDictionaryBatch() ? message.header().data : null;
  if (header?.compression != null) throw compressed(shown, Number((header.compression as { type?: number }).type ?? 0) === 0 ? 'LZ4' : 'Zstandard');
}

/** Rows of columns that are null throughout take no bytes; all others take a bit at least. */
const ROWS_WITHOUT_BYTES = 16 * 1024 * 1024;

/** Whether lengths and places within a message agree with its size: in a damaged file, one of them could fill the memory. */
function fits(message: Message): boolean {
  const header = message.isRecordBatch() ? message.header() : message.isDictionaryBatch() ? message.header().data : null;
  if (header === null) return true;
  const size = message.bodyLength;
  const most = Math.max(size * 8, ROWS_WITHOUT_BYTES);
  const sane = (count: number | bigint, limit: number): boolean => Number(count) >= 0 && Number(count) <= limit;
  return (
    sane(header.length, most) && header.nodes.every(({ length, nullCount }) => sane(length, most) && sane(nullCount, Number(length))) && header.buffers.every(({ offset, length }) => sane(offset, size) && sane(length, size - Number(offset)))
  );
}

/** A message with the prefix of today, aligned for typed arrays. */
export function framed(metadata: Buffer, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafeSlow(8 + metadata.byteLength + body.byteLength);
  bytes.writeUInt32LE(CONTINUATION, 0);
  bytes.writeInt32LE(metadata.byteLength, 4);
  metadata.copy(bytes, 8);
  body.copy(bytes, 8 + metadata.byteLength);
  return bytes;
}

/** Bytes of a stream, as many at a time as are asked for. */
class ByteQueue {
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);
  position = 0;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** Lets go of what nobody will read. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  async peek(count: number): Promise<Buffer> {
    while (this.held.byteLength < count) {
      const { done, value } = await this.chunks.next();
      if (done === true) break;
      this.held = Buffer.concat([this.held, value]);
    }
    return this.held.subarray(0, count);
  }

  /** @returns null where fewer bytes are left */
  async take(count: number): Promise<Buffer | null> {
    let bytes: Buffer;
    if (this.held.byteLength >= count) {
      bytes = this.held.subarray(0, count);
      this.held = this.held.subarray(count);
    } else {
      bytes = Buffer.allocUnsafeSlow(count);
      let filled = this.held.copy(bytes);
      this.held = Buffer.alloc(0);
      while (filled < count) {
        const { done, value } = await this.chunks.next();
        if (done === true) return null;
        const used = value.copy(bytes, filled);
        filled += used;
        this.held = value.subarray(used);
      }
    }
    this.position += count;
    return bytes;
  }
}

