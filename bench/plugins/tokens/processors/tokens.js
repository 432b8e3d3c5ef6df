/** Text to token ids without a vocabulary: the letters of a word decide its number. */

/** Tokens of a row: longer texts are cut, shorter ones filled up with 0. */
export const TOKENS = 32;
/** Ids are below this. */
export const VOCABULARY = 4096;

/**
 * @param {readonly (string | null)[]} texts
 * @returns {BigInt64Array} `texts.length * TOKENS` ids, 0 where a text has no more words
 */
export function hashTokens(texts) {
  const out = new BigInt64Array(texts.length * TOKENS);
  for (let row = 0; row < texts.length; row++) {
    const text = texts[row] ?? '';
    let state = 0x811c9dc5;
    for (let i = 0, token = 0; i <= text.length && token < TOKENS; i++) {
      const code = i === text.length ? 32 : text.charCodeAt(i);
      if (code !== 32) state = Math.imul(state ^ code, 0x01000193);
      else {
        out[row * TOKENS + token++] = BigInt(1 + ((state >>> 0) % (VOCABULARY - 1)));
        state = 0x811c9dc5;
      }
    }
  }
  return out;
}
