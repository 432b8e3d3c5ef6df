/**
 * Float32 as text in nine significant digits, the fewest that always read back as the same float32.
 * Writing digits straight into a buffer is several times faster than JSON.stringify of the doubles.
 */

const POWERS = Float64Array.from({ length: 81 }, (_, i) => Number(`1e${i - 40}`));
/** Two ASCII digits for 0 to 99. */
const PAIRS = Uint8Array.from({ length: 200 }, (_, i) => 48 + (i % 2 === 0 ? Math.floor(i / 20) : (i >> 1) % 10));
const SIGNIFICANT = 9;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const EXPONENT = 101;

/** Longest text of one float32: sign, digits, point, leading zeros or exponent. */
export const FLOAT32_BYTES = 20;

/**
 * Writes `value` at `at`. Plain decimals between 1e-6 and 1e9, exponents outside; trailing zeros are left out.
 * Not for NaN and infinities, which JSON does not have.
 * @returns the position after the text
 */
export function writeFloat32(target: Uint8Array, at: number, value: number): number {
  if (value === 0) {
    if (Object.is(value, -0)) target[at++] = MINUS;
    target[at++] = ZERO;
    return at;
  }
  if (value < 0) {
    target[at++] = MINUS;
    value = -value;
  }
  let exponent = decimalExponent(value);
  const shift = SIGNIFICANT - 1 - exponent;
  // Two steps for tiny values, whose scale alone would not be exact.
  const scaled = shift <= 22 ? (shift >= 0 ? value * (POWERS[shift + 40] as number) : value / (POWERS[40 - shift] as number)) : value * 1e22 * (POWERS[shift - 22 + 40] as number);
  let digits = (scaled + 0.5) | 0;
  if (digits >= 1e9) {
    digits = 1e8;
    exponent++;
  }
  if (exponent < -6 || exponent >= SIGNIFICANT) return writeScientific(target, at, digits, exponent);
  if (exponent < 0) {
    target[at++] = ZERO;
    target[at++] = POINT;
    for (let k = exponent + 1; k < 0; k++) target[at++] = ZERO;
    return trimZeros(target, writeNine(target, at, digits));
  }
  // The digits stand one place too far right: move the whole part back and set the point between.
  const end = writeNine(target, at + 1, digits);
  const point = at + exponent + 1;
  for (let k = at; k < point; k++) target[k] = target[k + 1] as number;
  target[point] = POINT;
  const trimmed = trimZeros(target, end);
  return trimmed === point + 1 ? point : trimmed;
}

/** Four ASCII digits for 0 to 9,999, as the four bytes of a little-endian word. */
const FOURS = new Uint32Array(10_000);
for (let i = 0; i < FOURS.length; i++) FOURS[i] = 0x30303030 + Math.floor(i / 1000) + (Math.floor(i / 100) % 10) * 2 ** 8 + (Math.floor(i / 10) % 10) * 2 ** 16 + (i % 10) * 2 ** 24;
/** "0.00", as such a word. */
const ZERO_POINT = 0x30302e30;
const NULL_WORD = 0x6c6c756e;
const COMMA = 44;
/** By the eight bits of a float32's binary exponent: the decimal exponent of the smallest such float, and where the next one begins. */
const LOWEST = Int8Array.from({ length: 256 }, (_, e) => (e === 0 ? -45 : decimalExponent(2 ** (e - 127))));
const NEXT = Float64Array.from(LOWEST, (exponent) => Number(`1e${exponent + 1}`));
/** The quick way is for decimal exponents from here to -1, which is where the values of nearly all vectors lie. */
const QUICK = -4;

/**
 * Writes `values[from]` to `values[to - 1]` with commas between, each as `writeFloat32` does; NaN and infinities, which
 * JSON does not have, as null. Three times as fast: signs and exponents come from the bits and from tables, because a
 * branch on them goes wrong half the time.
 * @param view of the same bytes as `target`
 * @param bits of the same floats as `values`
 * @param at followed by room for FLOAT32_BYTES + 1 for each value
 * @returns the position after the text
 */
export function writeFloats(target: Uint8Array, view: DataView, at: number, values: Float32Array, bits: Uint32Array, from: number, to: number): number {
  for (let k = from; k < to; k++) {
    if (k > from) target[at++] = COMMA;
    const word = bits[k] as number;
    const power = (word >>> 23) & 255;
    const size = Math.abs(values[k] as number);
    const exponent = (LOWEST[power] as number) + +(size >= (NEXT[power] as number));
    const quick = exponent < 0 && exponent >= QUICK;
    const digits = quick ? (size * (POWERS[SIGNIFICANT - 1 - exponent + 40] as number) + 0.5) | 0 : 0;
    if (!quick || digits >= 1e9) {
      if (power === 255) {
        view.setUint32(at, NULL_WORD, true);
        at += 4;
      } else at = writeFloat32(target, at, values[k] as number);
      continue;
    }
    target[at] = MINUS;
    at += word >>> 31;
    view.setUint32(at, ZERO_POINT, true);
    target[at + 4] = ZERO;
    at += 1 - exponent;
    const high = (digits / 10_000) | 0;
    const first = (high / 10_000) | 0;
    target[at] = ZERO + first;
    view.setUint32(at + 1, FOURS[high - first * 10_000] as number, true);
    view.setUint32(at + 5, FOURS[digits - high * 10_000] as number, true);
    at = trimZeros(target, at + SIGNIFICANT);
  }
  return at;
}

/** The power of ten at or below `value`. Common sizes are told by comparison, others by a logarithm that is then checked. */
function decimalExponent(value: number): number {
  if (value < 1) {
    if (value >= 0.1) return -1;
    if (value >= 0.01) return -2;
    if (value >= 0.001) return -3;
    if (value >= 0.0001) return -4;
  } else if (value < 10) return 0;
  const guess = Math.floor(Math.log10(value));
  if (value < (POWERS[guess + 40] as number)) return guess - 1;
  return value >= (POWERS[guess + 41] as number) ? guess + 1 : guess;
}

/** Nine digits of a whole number below 1e9. */
function writeNine(target: Uint8Array, at: number, digits: number): number {
  const high = (digits / 10000) | 0;
  const low = digits - high * 10000;
  const first = (high / 10000) | 0;
  const middle = high - first * 10000;
  target[at] = ZERO + first;
  writeFour(target, at + 1, middle);
  writeFour(target, at + 5, low);
  return at + SIGNIFICANT;
}

function writeFour(target: Uint8Array, at: number, digits: number): void {
  const high = (digits / 100) | 0;
  const low = (digits - high * 100) << 1;
  target[at] = PAIRS[high << 1] as number;
  target[at + 1] = PAIRS[(high << 1) + 1] as number;
  target[at + 2] = PAIRS[low] as number;
  target[at + 3] = PAIRS[low + 1] as number;
}

function trimZeros(target: Uint8Array, end: number): number {
  while (target[end - 1] === ZERO) end--;
  return end;
}

function writeScientific(target: Uint8Array, at: number, digits: number, exponent: number): number {
  const end = trimZeros(target, writeNine(target, at + 1, digits));
  target[at] = target[at + 1] as number;
  target[at + 1] = POINT;
  at = end === at + 2 ? at + 1 : end;
  target[at++] = EXPONENT;
  if (exponent < 0) {
    target[at++] = MINUS;
    exponent = -exponent;
  }
  if (exponent >= 10) target[at++] = PAIRS[exponent << 1] as number;
  target[at++] = PAIRS[(exponent << 1) + 1] as number;
  return at;
}
