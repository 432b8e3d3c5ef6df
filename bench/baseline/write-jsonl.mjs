/** JSON Lines, with JSON.stringify of the whole row or with vectors in nine significant digits. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

export async function makeWriter(path, format) {
  const stream = createWriteStream(path, { highWaterMark: 1024 * 1024 });
  const line = format === 'nine' ? await nineDigits() : stringify;
  return {
    async write(rows, { vectors, dim, columns = {} }) {
      const extra = Object.entries(columns);
      const parts = rows.map((row, i) => line({ ...row, ...Object.fromEntries(extra.map(([name, values]) => [name, values[i]])) }, vectors.subarray(i * dim, (i + 1) * dim)));
      if (!stream.write(parts.join(''))) await once(stream, 'drain');
    },
    async end() {
      stream.end();
      await once(stream, 'finish');
    },
  };
}

function stringify(row, vector) {
  return `${JSON.stringify({ ...row, embedding: Array.from(vector) })}\n`;
}

async function nineDigits() {
  // Not part of such a script, but the same digits on both sides leave only the rest to differ.
  const { FLOAT32_BYTES, writeFloat32 } = await import('../.data/parts/float32.mjs');
  const buffer = Buffer.allocUnsafeSlow(64 * 1024);
  return (row, vector) => {
    let at = 0;
    for (const value of vector) {
      if (at > 0) buffer[at++] = 44;
      at = writeFloat32(buffer, at, value);
      if (at + FLOAT32_BYTES + 1 > buffer.length) throw new RangeError('a vector is too long for the buffer');
    }
    return `${JSON.stringify(row).slice(0, -1)},"embedding":[${buffer.latin1Slice(0, at)}]}\n`;
  };
}
