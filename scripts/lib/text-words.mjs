/**
 * Reads the word list of the example model. Pure: text in, words out.
 *
 * @typedef {object} Word
 * @property {string[]} forms every spelling that means this word, the first one as listed
 * @property {string | null} topic null for stop words and common words
 * @property {string} cluster identifies the line the word stands on
 * @property {boolean} stop
 * @property {number} weight how much it counts in a text: 1 for words with a topic
 */

const WEIGHTS = { stop: 0.03, common: 0.4 };

/** Listed forms of a word that are nouns themselves and so have a plural. */
const isNoun = /(er|or|ist|ian|ion|ment|ry)$/;

const endsInShortSyllable = /^[^aeiou]*[aeiou][^aeiouwxy]$/;

function plural(word) {
  if (/(s|x|z|ch|sh)$/.test(word)) return `${word}es`;
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return `${word}s`;
}

function verbForms(word) {
  if (/[^aeiou]y$/.test(word)) return [`${word.slice(0, -1)}ied`, `${word}ing`];
  if (/[^eoy]e$/.test(word)) return [`${word}d`, `${word.slice(0, -1)}ing`];
  const stem = endsInShortSyllable.test(word) ? word + word.at(-1) : word;
  return [`${stem}${word.endsWith('e') ? 'd' : 'ed'}`, `${stem}ing`];
}

/**
 * @param {string} list the text of text-words.txt
 * @returns {Word[]} in the order of the list; no spelling belongs to two words
 * @throws Error naming the line, when a listed spelling occurs twice or is not made of a to z
 */
export function readWords(list) {
  const words = [];
  const listed = new Map();
  let section = '';
  for (const [index, line] of list.split('\n').entries()) {
    const where = `text-words line ${index + 1}`;
    const heading = /^\[(\w+)\]$/.exec(line);
    if (heading) section = heading[1];
    if (heading || line.startsWith('#') || line.trim() === '') continue;
    const stop = section === 'stop';
    // A line of stop words is one word with many forms: which of them it was says next to nothing.
    const entries = line.trim().split(/\s+/);
    for (const entry of stop ? [entries.join('/')] : entries) {
      const [base, ...others] = entry.split('/');
      const word = base.replace('~', '');
      const spellings = [word, ...others];
      for (const spelling of spellings) {
        if (!/^[a-z]+$/.test(spelling)) throw new Error(`${where}: "${spelling}" is not made of a to z.`);
        if (listed.has(spelling)) throw new Error(`${where}: "${spelling}" is already on ${listed.get(spelling)}.`);
        listed.set(spelling, where);
      }
      const topic = section in WEIGHTS ? null : section;
      words.push({ spellings, verb: base.endsWith('~'), stop, topic, cluster: `${section}:${index}`, weight: WEIGHTS[section] ?? 1 });
    }
  }
  // Derived forms come second, so that a spelling that is listed ("training") never becomes a form of another word.
  const taken = new Set(listed.keys());
  return words.map(({ spellings, verb, ...word }) => {
    const [first, ...others] = spellings;
    const derived = word.stop ? [] : [plural(first), ...others.filter((other) => isNoun.test(other)).map(plural), ...(verb ? verbForms(first) : [])];
    const free = derived.filter((form) => !taken.has(form) && taken.add(form));
    return { forms: [...spellings, ...free], ...word };
  });
}
