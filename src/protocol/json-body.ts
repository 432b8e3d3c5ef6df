/** Bodies that hold one value as JSON text: the answers to `realtime` and `action`. */
import { ProtocolError } from './frames.js';

/** As a header's cap: both are read whole. */
const MAX_VALUE_BYTES = 16 * 1024 * 1024;

/** A value as a body. Empty for what has no JSON form, such as undefined. @throws ProtocolError beyond 16 MiB */
export function encodeValue(value: unknown): Uint8Array {
  const body = Buffer.from(JSON.stringify(value) ?? '', 'utf8');
  checkLength(body);
  return body;
}

/**
 * A body as a value, and as the JSON text that it is: whoever hands the value on need not write it again.
 * An empty body is undefined, and null as text.
 * @throws ProtocolError where it is too long or no JSON
 */
export function decodeValue(body: Uint8Array): { value: unknown; text: string } {
  if (body.byteLength === 0) return { value: undefined, text: 'null' };
  checkLength(body);
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  try {
    return { value: JSON.parse(text), text };
  } catch (error) {
    throw new ProtocolError(`value is not JSON: ${(error as Error).message}`);
  }
}

function checkLength(body: Uint8Array): void {
  if (body.byteLength > MAX_VALUE_BYTES) throw new ProtocolError(`value of ${body.byteLength} bytes exceeds ${MAX_VALUE_BYTES}`);
}
