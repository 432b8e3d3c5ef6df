/** Text to numbers without a model: each word adds one to a place that its letters decide. */

export const DIM = 384;

/**
 * @param {readonly (string | null)[]} texts
 * @returns {Float32Array} `texts.length * DIM` numbers
 */
export function hashTexts(texts) {
  const out = new Float32Array(texts.length * DIM);
  for (let row = 0; row < texts.length; row++) {
    const text = texts[row] ?? '';
    let state = 0x811c9dc5;
    for (let i = 0; i <= text.length; i++) {
      const code = i === text.length ? 32 : text.charCodeAt(i);
      if (code !== 32) state = Math.imul(state ^ code, 0x01000193);
      else {
        out[row * DIM + (state >>> 0) % DIM] += 1;
        state = 0x811c9dc5;
      }
    }
  }
  return out;
}
