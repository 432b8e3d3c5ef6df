/** Names taken apart. */

/** The words of a name: `_clipModel` gives `clip`, `model`. */
export function wordsOf(name: string): readonly string[] {
  const known = knownWords.get(name);
  if (known) return known;
  if (knownWords.size >= maxKnownWords) knownWords.clear();
  const words = splitWords(name);
  knownWords.set(name, words);
  return words;
}

// Programs use the same few names over and over.
const knownWords = new Map<string, readonly string[]>();
const maxKnownWords = 10_000;

function splitWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** The words of a text, by spaces. */
export const set = (text: string) => new Set(text.split(/\s+/));
