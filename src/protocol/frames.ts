/**
 * The frame: what travels on the worker's two extra file descriptors.
 *
 * ```text
 * offset  size  field
 *      0     4  magic, the bytes "PSWP"
 *      4     2  version, little-endian, 1
 *      6     2  reserved, 0
 *      8     4  header length in bytes, little-endian
 *     12     4  body length in bytes, little-endian
 *     16     h  header, UTF-8 JSON, an object with a string `type`
 *   16+h     b  body, opaque (Arrow IPC for rows and results)
 * ```
 */

const MAGIC = 0x50575350; // "PSWP" read as a little-endian integer
export const VERSION = 1;
const PREFIX_BYTES = 16;
/** Caps protect the reader: a longer announcement is a broken or hostile peer. */
const MAX_HEADER_BYTES = 16 * 1024 * 1024;
const MAX_BODY_BYTES = 1024 * 1024 * 1024;

export interface Frame<H = Header> {
  header: H;
  /** Empty when the message has no body. Owned by the receiver, 8-byte aligned. */
  body: Uint8Array;
}

export interface Header {
  type: string;
  [key: string]: unknown;
}

/** The peer broke the protocol; the connection cannot be used any further. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

const NO_BODY = new Uint8Array(0);

/** Chunks that make one frame, ready for a vectored write; body chunks are passed through uncopied. */
export function encodeFrame(header: Header, body: readonly Uint8Array[] = []): Uint8Array[] {
  const json = JSON.stringify(header);
  const headerLength = Buffer.byteLength(json, 'utf8');
  let bodyLength = 0;
  for (const chunk of body) bodyLength += chunk.byteLength;
  if (headerLength > MAX_HEADER_BYTES) throw new ProtocolError(`header of ${headerLength} bytes exceeds ${MAX_HEADER_BYTES}`);
  if (bodyLength > MAX_BODY_BYTES) throw new ProtocolError(`body of ${bodyLength} bytes exceeds ${MAX_BODY_BYTES}`);
  const prefix = Buffer.allocUnsafe(PREFIX_BYTES + headerLength);
  prefix.writeUInt32LE(MAGIC, 0);
  prefix.writeUInt16LE(VERSION, 4);
  prefix.writeUInt16LE(0, 6);
  prefix.writeUInt32LE(headerLength, 8);
  prefix.writeUInt32LE(bodyLength, 12);
  prefix.write(json, PREFIX_BYTES, 'utf8');
  return [prefix, ...body];
}

/**
 * Turns a byte stream into frames. Push what arrives; complete frames come out.
 * The body is collected into one buffer of its own, so Arrow can view it without a copy.
 */
export class FrameReader {
  private readonly prefix = Buffer.allocUnsafe(PREFIX_BYTES);
  private prefixFilled = 0;
  private header: Buffer | null = null;
  private headerFilled = 0;
  private body: Uint8Array = NO_BODY;
  private bodyFilled = 0;

  /** @throws ProtocolError on wrong magic, version, lengths or header. */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let at = 0;
    for (;;) {
      if (this.header === null) {
        const take = Math.min(PREFIX_BYTES - this.prefixFilled, chunk.byteLength - at);
        this.prefix.set(chunk.subarray(at, at + take), this.prefixFilled);
        this.prefixFilled += take;
        at += take;
        if (this.prefixFilled < PREFIX_BYTES) return frames;
        this.begin();
      }
      const header = this.header as Buffer | null;
      if (header === null) throw new ProtocolError('frame reader lost its header');
      const forHeader = Math.min(header.byteLength - this.headerFilled, chunk.byteLength - at);
      header.set(chunk.subarray(at, at + forHeader), this.headerFilled);
      this.headerFilled += forHeader;
      at += forHeader;
      const forBody = Math.min(this.body.byteLength - this.bodyFilled, chunk.byteLength - at);
      if (forBody > 0) {
        this.body.set(chunk.subarray(at, at + forBody), this.bodyFilled);
        this.bodyFilled += forBody;
        at += forBody;
      }
      if (this.headerFilled < header.byteLength || this.bodyFilled < this.body.byteLength) return frames;
      frames.push({ header: parseHeader(header), body: this.body });
      this.header = null;
      this.prefixFilled = 0;
    }
  }

  /** True when the stream ended between frames, as it must. */
  get idle(): boolean {
    return this.prefixFilled === 0 && this.header === null;
  }

  private begin(): void {
    const magic = this.prefix.readUInt32LE(0);
    if (magic !== MAGIC) throw new ProtocolError(`not a frame: magic is 0x${magic.toString(16)}`);
    const version = this.prefix.readUInt16LE(4);
    if (version !== VERSION) throw new ProtocolError(`protocol version ${version} is not supported, this side speaks ${VERSION}`);
    const headerLength = this.prefix.readUInt32LE(8);
    const bodyLength = this.prefix.readUInt32LE(12);
    if (headerLength > MAX_HEADER_BYTES) throw new ProtocolError(`header of ${headerLength} bytes exceeds ${MAX_HEADER_BYTES}`);
    if (bodyLength > MAX_BODY_BYTES) throw new ProtocolError(`body of ${bodyLength} bytes exceeds ${MAX_BODY_BYTES}`);
    this.header = Buffer.allocUnsafe(headerLength);
    this.headerFilled = 0;
    // Written over to its last byte before anybody sees it.
    this.body = bodyLength === 0 ? NO_BODY : new Uint8Array(Buffer.allocUnsafeSlow(bodyLength).buffer);
    this.bodyFilled = 0;
  }
}

function parseHeader(bytes: Buffer): Header {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new ProtocolError(`header is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || typeof (value as Header).type !== 'string') {
    throw new ProtocolError('header is not an object with a string "type"');
  }
  return value as Header;
}
