/** Times of formats that count from 1970. */

/** ISO 8601 with as many digits of a second as are not zero, in threes. */
export function isoTime(nanoseconds: bigint): string {
  const rest = ((nanoseconds % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const iso = new Date(Number((nanoseconds - rest) / 1_000_000n)).toISOString();
  const finer = rest === 0n ? '' : rest % 1000n === 0n ? String(rest / 1000n).padStart(3, '0') : String(rest).padStart(6, '0');
  return `${iso.slice(0, -1).replace(/\.000$/, finer === '' ? '' : '.000')}${finer}Z`;
}
