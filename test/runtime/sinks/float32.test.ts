import { describe, expect, it } from 'vitest';
import { FLOAT32_BYTES, writeFloat32, writeFloats } from '../../../src/runtime/sinks/float32.js';
import { Random } from '../../protocol/random.js';

const target = Buffer.alloc(64, 0xee);
function text(value: number): string {
  const end = writeFloat32(target, 8, value);
  return target.toString('latin1', 8, end);
}

describe('writeFloat32', () => {
  it.each<[number, string]>([
    [0, '0'], [-0, '-0'], [1, '1'], [-1, '-1'], [10, '10'], [0.5, '0.5'], [0.1, '0.100000001'], [-0.1, '-0.100000001'], [1 / 3, '0.333333343'], [100, '100'], [123456789, '123456792'], [999999999, '1e9'],
    [1e9, '1e9'], [1e10, '1e10'], [16777216, '16777216'], [0.000001, '9.99999997e-7'], [0.00001, '0.00000999999975'], [1e-7, '1.00000001e-7'], [0.001, '0.00100000005'], [3.4028234663852886e38, '3.40282347e38'], [1.401298464324817e-45, '1.40129846e-45'],
    [1.1754943508222875e-38, '1.17549435e-38'], [99999.9921875, '99999.9922'], [9.5, '9.5'],
  ])('%s is %s', (value, expected) => expect(text(Math.fround(value))).toBe(expected));

  it('is the nearest in nine digits, reads back as the same float32, fits its room, and is JSON: 200,000 random bit patterns', () => {
    const random = new Random(13);
    const floats = new Float32Array(1);
    const bits = new Uint32Array(floats.buffer);
    let wrong: string | null = null;
    for (let round = 0; round < 200_000 && wrong === null; round++) {
      bits[0] = random.bits();
      const value = floats[0] as number;
      if (!Number.isFinite(value)) continue;
      const end = writeFloat32(target, 8, value);
      const written = target.toString('latin1', 8, end);
      const digits = written.replace(/^-/, '').replace(/e.*$/, '').replace('.', '').replace(/^0+/, '');
      const nearest = Number(written) === Number(value.toPrecision(9));
      if (!Object.is(Math.fround(JSON.parse(written) as number), value) || !nearest || end - 8 > FLOAT32_BYTES || digits.length > 9) wrong = `${value} as ${written}`;
    }
    expect(wrong).toBeNull();
  });

  it('reads back at the edges: powers of ten and of two, and their neighbours', () => {
    const floats = new Float32Array(1);
    const bits = new Uint32Array(floats.buffer);
    const edges = [...Array.from({ length: 77 }, (_, i) => 10 ** (i - 38)), ...Array.from({ length: 277 }, (_, i) => 2 ** (i - 149))];
    for (const edge of edges) {
      for (const step of [-2, -1, 0, 1, 2]) {
        floats[0] = edge;
        bits[0] = Math.max(0, (bits[0] as number) + step);
        const value = floats[0] as number;
        if (!Number.isFinite(value)) continue;
        expect(Math.fround(Number(text(value)))).toBe(value);
        expect(Math.fround(Number(text(-value)))).toBe(-value);
      }
    }
  });

  it('writes nothing outside of its text', () => {
    target.fill(0xee);
    const end = writeFloat32(target, 8, Math.fround(-1.2345678e-12));
    expect([target[7], end - 8 <= FLOAT32_BYTES]).toEqual([0xee, true]);
    expect(target.subarray(8 + FLOAT32_BYTES).every((byte) => byte === 0xee)).toBe(true);
  });
});

describe('writeFloats', () => {
  function list(values: Float32Array): string {
    const room = Buffer.alloc(values.length * (FLOAT32_BYTES + 1) + 8, 0xee);
    const end = writeFloats(room, new DataView(room.buffer, room.byteOffset, room.byteLength), 8, values, new Uint32Array(values.buffer), 0, values.length);
    expect(room.subarray(0, 8).every((byte) => byte === 0xee)).toBe(true);
    return room.toString('latin1', 8, end);
  }
  const one = (value: number): string => (Number.isFinite(value) ? text(value) : 'null');

  it('is writeFloat32 with commas: 200,000 random bit patterns', () => {
    const random = new Random(14);
    const values = new Float32Array(Uint32Array.from({ length: 200_000 }, () => random.bits()).buffer);
    expect(list(values) === Array.from(values, one).join(',')).toBe(true);
  });

  it('is writeFloat32 with commas: 200,000 values such as vectors hold', () => {
    const random = new Random(15);
    const values = Float32Array.from({ length: 200_000 }, (_, i) => ((random.bits() / 2 ** 31 - 1) * 2) / 10 ** (i % 6));
    expect(list(values) === Array.from(values, one).join(',')).toBe(true);
  });

  it('is exact at powers of ten and their neighbours', () => {
    const values = Float32Array.from({ length: 13 * 5 * 2 }, (_, i) => (i % 2 === 0 ? 1 : -1) * 10 ** (Math.floor(i / 10) - 7));
    const bits = new Uint32Array(values.buffer);
    for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] as number) + (Math.floor(i / 2) % 5) - 2;
    expect(list(values)).toBe(Array.from(values, one).join(','));
  });

  it('writes null for what JSON does not have, and nothing for no values', () => {
    expect(list(Float32Array.of(NaN, 1, Infinity, -Infinity, -0, 0, 0.0999999999))).toBe('null,1,null,null,-0,0,0.100000001');
    expect(list(new Float32Array())).toBe('');
  });
});
