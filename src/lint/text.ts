/** Bytes to text, and offsets to lines. Pure. */
import type { Place } from './rule.js';

/** Why a file's bytes are not plain UTF-8 text, in words that finish "The file ...", and where. */
export interface TextProblem {
  what: string;
  /** 1-based line of the first bad byte, where one can be named. */
  line: number | null;
}

export interface DecodedText {
  /** The text, with U+FEFF at the start removed and U+FFFD for bytes that are not UTF-8. */
  text: string;
  problem: TextProblem | null;
}

const strict = new TextDecoder('utf-8', { fatal: true });
const lossy = new TextDecoder('utf-8');

/** Decodes a source file. Text comes back even for a problem, so that the rules can still look at what is there. */
export function decodeSource(bytes: Uint8Array): DecodedText {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { text: '', problem: { what: 'is UTF-16, not UTF-8', line: null } };
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    return { text: lossy.decode(bytes), problem: { what: 'contains a NUL byte', line: lineOfByte(bytes, nul) } };
  }
  try {
    return { text: strict.decode(bytes), problem: null };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const text = lossy.decode(bytes);
    const line = text.slice(0, text.indexOf('\uFFFD')).split('\n').length;
    return { text, problem: { what: 'is not valid UTF-8', line } };
  }
}

function lineOfByte(bytes: Uint8Array, end: number): number {
  let line = 1;
  for (let i = 0; i < end; i++) if (bytes[i] === 0x0a) line++;
  return line;
}

/**
 * Turns UTF-16 offsets into places. Lines end at LF only: Babel also counts U+2028 and U+2029, which editors and
 * `grep -n` do not.
 */
export class LineIndex {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** 1-based line and column of an offset. */
  position(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] as number) + 1 };
  }

  /** The place from `start` up to, not including, `end`. */
  place(start: number, end: number): Place {
    const from = this.position(start);
    const to = this.position(end);
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }
}
