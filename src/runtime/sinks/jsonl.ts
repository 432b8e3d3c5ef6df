/** JSON Lines out: one object a row, keys in the journal's order, float32 in nine significant digits. */
import { isValid, textAt, type Block, type TextColumn, type WireColumn } from '../../protocol/index.js';
import type { JournalField } from '../journal/index.js';
import { FLOAT32_BYTES, writeFloats } from './float32.js';
import type { Format } from './index.js';

const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;
const NEWLINE = 10;
const QUOTE = 34;

export function jsonlFormat(fields: readonly JournalField[]): Format {
  const keys = fields.map((field, i) => Buffer.from(`${i === 0 ? '' : ','}${JSON.stringify(field.name)}:`));
  // One buffer for the whole run: megabytes anew for every block would cost as much as the digits in them.
  const out = new Writer();
  return {
    push: (block) => {
      out.at = 0;
      encode(block, keys, out);
      return [out.buffer.subarray(0, out.at)];
    },
    end: () => [],
  };
}

/** A buffer that grows; rows are written straight into it. */
class Writer {
  buffer = Buffer.allocUnsafeSlow(256 * 1024);
  view = new DataView(this.buffer.buffer);
  at = 0;

  reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.byteLength) return;
    const bigger = Buffer.allocUnsafeSlow(Math.max(this.buffer.byteLength * 2, this.at + bytes));
    this.buffer.copy(bigger, 0, 0, this.at);
    this.buffer = bigger;
    this.view = new DataView(bigger.buffer);
  }

  bytes(source: Uint8Array): void {
    this.reserve(source.byteLength);
    this.buffer.set(source, this.at);
    this.at += source.byteLength;
  }

  text(text: string): void {
    this.reserve(text.length * 3);
    this.at += this.buffer.write(text, this.at, 'utf8');
  }
}

function encode(block: Block, keys: readonly Uint8Array[], out: Writer): void {
  const writers = block.columns.map(cellWriter);
  for (let row = 0; row < block.rows; row++) {
    out.reserve(1);
    out.buffer[out.at++] = OPEN;
    for (let c = 0; c < writers.length; c++) {
      out.bytes(keys[c] as Uint8Array);
      (writers[c] as CellWriter)(out, row);
    }
    out.reserve(2);
    out.buffer[out.at++] = CLOSE;
    out.buffer[out.at++] = NEWLINE;
  }
}

type CellWriter = (out: Writer, row: number) => void;
const NULL = Buffer.from('null');

function cellWriter(column: WireColumn): CellWriter {
  const { validity } = column;
  const cell = valueWriter(column);
  return (out, row) => (isValid(validity, row) ? cell(out, row) : out.bytes(NULL));
}

function valueWriter(column: WireColumn): CellWriter {
  switch (column.type.kind) {
    case 'null':
      return (out) => out.bytes(NULL);
    case 'bool': {
      const { data } = column as { data: Uint8Array };
      return (out, row) => out.text(isValid(data, row) ? 'true' : 'false');
    }
    case 'int': {
      const { data } = column as { data: BigInt64Array };
      return (out, row) => out.text(String(data[row]));
    }
    case 'float': {
      const { data } = column as { data: Float64Array };
      // JSON has no NaN and no infinity.
      return (out, row) => out.text(Number.isFinite(data[row]) ? String(data[row]) : 'null');
    }
    case 'json': {
      const texts = column as TextColumn;
      return (out, row) => out.bytes(texts.data.subarray(texts.offsets[row], texts.offsets[row + 1]));
    }
    case 'text':
      return textWriter(column as TextColumn);
    case 'vector':
      return vectorWriter((column as { data: Float32Array }).data, column.type.dim);
  }
}

function vectorWriter(data: Float32Array, dim: number): CellWriter {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  return (out, row) => {
    out.reserve(dim * (FLOAT32_BYTES + 1) + 2);
    out.buffer[out.at++] = OPEN_LIST;
    out.at = writeFloats(out.buffer, out.view, out.at, data, bits, row * dim, (row + 1) * dim);
    out.buffer[out.at++] = CLOSE_LIST;
  };
}

/** Texts that need no escape are copied as bytes; the others go through JSON.stringify. */
function textWriter(column: TextColumn): CellWriter {
  const { data, offsets } = column;
  return (out, row) => {
    const start = offsets[row] as number;
    const end = offsets[row + 1] as number;
    for (let k = start; k < end; k++) {
      const byte = data[k] as number;
      if (byte < 32 || byte === QUOTE || byte === 92) {
        out.text(JSON.stringify(textAt(column, row)));
        return;
      }
    }
    out.reserve(end - start + 2);
    out.buffer[out.at++] = QUOTE;
    out.buffer.set(data.subarray(start, end), out.at);
    out.at += end - start;
    out.buffer[out.at++] = QUOTE;
  };
}

