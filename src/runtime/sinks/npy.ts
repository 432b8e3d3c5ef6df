/**
 * A vector column as a NumPy file: float32, one row each, a row without a vector is NaN throughout. The header names
 * the number of rows, so it is written last, into the room kept for it.
 */
import { isValid, type WireColumn } from '../../protocol/index.js';

/** Room for the header; NumPy wants a multiple of 64. */
export const NPY_HEADER_BYTES = 128;

export function npyHeader(rows: number, dim: number): Uint8Array {
  const header = Buffer.alloc(NPY_HEADER_BYTES, ' ');
  header.write('\x93NUMPY\x01\x00', 0, 'latin1');
  header.writeUInt16LE(NPY_HEADER_BYTES - 10, 8);
  header.write(`{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dim}), }`, 10, 'latin1');
  header[NPY_HEADER_BYTES - 1] = 10;
  return header;
}

/** The floats of a column of vectors, as they lie in memory; a column that is null altogether gives NaN. */
export function npyRows(column: WireColumn, dim: number): Uint8Array {
  const given = column.type.kind === 'vector' ? (column as { data: Float32Array }).data.subarray(0, column.length * dim) : new Float32Array(column.length * dim);
  const floats = column.nulls === 0 ? given : given.slice();
  if (column.nulls > 0) for (let row = 0; row < column.length; row++) if (column.type.kind === 'null' || !isValid(column.validity, row)) floats.fill(NaN, row * dim, (row + 1) * dim);
  return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
}
