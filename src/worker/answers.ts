/** What becomes of a value that plugin code returned, and of an error that it threw. */
import { Failure } from '../errors/index.js';
import { ProtocolError, type ErrorMessage } from '../protocol/index.js';
import { tell } from './place.js';
import { Cancelled } from './rows.js';

/** A value's type in the words of its language, for messages about a value of the wrong one. */
export function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

/** JSON has no typed arrays: they travel as lists. Float32 values keep the digits that identify them. */
export function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float32Array, Number);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return value;
}

/** The answer to request `id` that failed: ours in our words, the plugin's with its place below `root`. */
export function describe(id: number, error: unknown, root: string): ErrorMessage {
  if (error instanceof Cancelled) return { type: 'error', id, code: 'cancelled', message: 'the request was cancelled' };
  if (error instanceof Failure) {
    const { code, message, why, next, details } = error;
    return { type: 'error', id, code, message, ...(why && { why }), ...(next && { next }), ...(details && { details }) };
  }
  if (error instanceof ProtocolError) return { type: 'error', id, code: 'protocol', message: error.message };
  return { type: 'error', id, code: 'plugin-error', ...tell(error, root) };
}
