/**
 * Vectors for words and pieces of words, from arithmetic alone: no training data, no randomness.
 * Every name (a topic, a cluster, an n-gram of letters) gets a fixed vector of plus and minus ones
 * out of a hash; in 384 dimensions two such vectors are nearly at right angles. Sums of them are
 * close exactly when they share names. Only +, -, *, / and square roots are used, which give the
 * same bits on every machine.
 */

/** Dimensions of every vector. */
export const DIM = 384;

/** The mark that the tokenizer puts at the end of each word. */
export const END = '_';

/** @param {string} name @returns {Float64Array} a fixed vector of length 1 */
function hashed(name) {
  let state = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) state = Math.imul(state ^ name.charCodeAt(i), 0x01000193);
  const out = new Float64Array(DIM);
  const unit = 1 / Math.sqrt(DIM);
  for (let i = 0; i < DIM; i += 1) {
    // One step of splitmix32: a counter, then two rounds that spread every bit over all others.
    state = (state + 0x9e3779b9) | 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    out[i] = (bits ^ (bits >>> 15)) & 1 ? unit : -unit;
  }
  return out;
}

/** @param {[Float64Array, number][]} terms vectors with their weights @returns {Float64Array} their weighted sum */
export function sum(terms) {
  const out = new Float64Array(DIM);
  for (const [vector, weight] of terms) for (let i = 0; i < DIM; i += 1) out[i] += vector[i] * weight;
  return out;
}

/** @param {Float64Array} vector @returns {Float64Array} the same direction with length 1; all zeros stay zeros */
export function unit(vector) {
  const length = Math.sqrt(vector.reduce((total, value) => total + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/**
 * @param {Float64Array} vector
 * @param {Float64Array} direction of length 1
 * @returns {Float64Array} of length 1, at a right angle to `direction`
 */
export function without(vector, direction) {
  const along = vector.reduce((total, value, i) => total + value * direction[i], 0);
  return unit(sum([[vector, 1], [direction, -along]]));
}

const LETTER_WEIGHTS = [0, 0.35, 1, 1];

/**
 * The vector of a piece: the sum of its n-grams of one to three letters. Pieces that overlap are close.
 *
 * @param {string} piece as in the vocabulary: `rec` starts a word, `##ei` goes on, `##ve_` ends it
 * @returns {Float64Array} of length 1
 */
export function pieceVector(piece) {
  const text = piece.startsWith('##') ? piece.slice(2) : `^${piece}`;
  const terms = [];
  for (let size = 1; size <= 3; size += 1) {
    for (let at = 0; at + size <= text.length; at += 1) {
      const gram = text.slice(at, at + size);
      if (gram !== '^' && gram !== END) terms.push([hashed(`letters ${gram}`), LETTER_WEIGHTS[size]]);
    }
  }
  return unit(sum(terms));
}

/** Every spelling one slip away: a letter left out, doubled, or swapped with the next. */
function slips(word) {
  const out = new Set();
  for (let i = 0; i < word.length; i += 1) {
    if (word.length > 1) out.add(word.slice(0, i) + word.slice(i + 1));
    out.add(word.slice(0, i) + word[i] + word.slice(i));
    if (i + 1 < word.length) out.add(word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2));
  }
  out.delete(word);
  return out;
}

/**
 * The vector of a word that the vocabulary holds whole. Its meaning is its topic and its cluster. Its
 * look is the average of how its misspellings come out of the tokenizer: a misspelt word falls into
 * pieces, and must still land near the word that was meant.
 *
 * @param {import('./text-words.mjs').Word} word
 * @param {(spelling: string) => Float64Array} spell the sum of a spelling's pieces
 * @returns {Float64Array} of length 1
 */
export function wordVector(word, spell) {
  const looks = [];
  for (const form of word.forms) for (const spelling of [form, ...slips(form)]) looks.push([unit(spell(spelling)), 1]);
  const terms = [[unit(sum(looks)), 0.75], [hashed(`cluster ${word.cluster}`), 0.55]];
  if (word.topic !== null) terms.push([hashed(`topic ${word.topic}`), 0.5]);
  return unit(sum(terms));
}
