import { END } from './text-vectors.mjs';

const SYMBOLS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];

/** How many pieces of each kind the vocabulary holds, besides the single letters. */
const COUNTS = { starts: 260, middles: 260, ends: 200 };

function mostFrequent(counts, howMany) {
  // Ties in alphabetical order, so that the choice does not depend on the order of counting.
  const ranked = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return ranked.slice(0, howMany).map(([piece]) => piece);
}

/**
 * The pieces that words outside the vocabulary fall into: all letters and digits, so that every word
 * can be written, and the most frequent beginnings (2 or 3 letters), middles (2) and ends (1 or 2).
 *
 * @param {Iterable<string>} spellings the words to count in
 * @returns {string[]} without repetition, in a fixed order
 */
export function choosePieces(spellings) {
  const starts = new Map();
  const middles = new Map();
  const ends = new Map();
  const count = (counts, piece) => counts.set(piece, (counts.get(piece) ?? 0) + 1);
  for (const spelling of spellings) {
    for (const size of [2, 3]) if (spelling.length > size) count(starts, spelling.slice(0, size));
    for (let at = 1; at + 2 <= spelling.length; at += 1) count(middles, `##${spelling.slice(at, at + 2)}`);
    if (spelling.length > 2) count(ends, `##${spelling.slice(-2)}${END}`);
  }
  return [
    `##${END}`,
    ...SYMBOLS.flatMap((symbol) => [symbol, `##${symbol}`, `##${symbol}${END}`]),
    ...mostFrequent(starts, COUNTS.starts),
    ...mostFrequent(middles, COUNTS.middles),
    ...mostFrequent(ends, COUNTS.ends),
  ];
}

/**
 * Cuts a word into pieces as WordPiece does: always the longest piece that fits, from the left.
 *
 * @param {string} word at least one letter, a to z and digits
 * @param {Map<string, unknown>} pieces must hold every single letter
 * @returns {string[]}
 */
export function cut(word, pieces) {
  const text = word + END;
  const out = [];
  for (let start = 0; start < text.length; ) {
    let end = text.length;
    const piece = () => (start > 0 ? '##' : '') + text.slice(start, end);
    while (end > start && !pieces.has(piece())) end -= 1;
    if (end === start) throw new Error(`No piece of the vocabulary fits "${word}" at ${start}.`);
    out.push(piece());
    start = end;
  }
  return out;
}
