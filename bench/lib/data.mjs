/** Rows to run on: readable text, the same bytes on every machine. */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Everything that the benchmarks make lies here and is ignored by git. */
export const DATA = fileURLToPath(new URL('../.data/', import.meta.url));

const SUBJECTS = ['the invoice', 'a late parcel', 'our new kitchen', 'the museum', 'her bicycle', 'the morning train', 'a small garden', 'the river path', 'my neighbour', 'the school library', 'a broken printer', 'the city council', 'an old recipe', 'the support team', 'a quiet beach', 'the annual report'];
const VERBS = ['arrived without', 'was repaired after', 'looks better than', 'needs', 'was sold together with', 'reminds me of', 'opened next to', 'cost more than', 'depends on', 'was painted like', 'is waiting for', 'had nothing to do with'];
const OBJECTS = ['fresh bread and salted butter', 'the second reminder', 'two tickets for the concert', 'a long walk in the rain', 'the missing signature', 'a refund of forty euros', 'the garden tools', 'some tomatoes and basil', 'last winter\'s storm', 'the photographs from Lisbon', 'a warm blanket', 'the software update'];
const ENDINGS = ['in the end', 'as far as I know', 'since last Tuesday', 'before anyone noticed', 'and nobody minds', 'for the third time', 'which was a surprise', 'so we went home'];

/** Numbers that follow from their seed alone (mulberry32). @returns {(below: number) => number} */
function numbers(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) % below;
  };
}

function sentence(next) {
  const pick = (list) => list[next(list.length)];
  const text = `${pick(SUBJECTS)} ${pick(VERBS)} ${pick(OBJECTS)}, ${pick(ENDINGS)}.`;
  return text[0].toUpperCase() + text.slice(1);
}

/**
 * A JSON Lines file of `rows` rows `{"id", "text"}`, each about 300 bytes. Made once, then reused.
 * @param {number} rows
 * @returns {string} its path
 */
export function inputOf(rows) {
  const path = join(DATA, `rows-${rows}.jsonl`);
  if (existsSync(path)) return path;
  mkdirSync(DATA, { recursive: true });
  const next = numbers(20_000);
  const sentences = Array.from({ length: 4096 }, () => sentence(next));
  const file = openSync(`${path}.partial`, 'w');
  for (let row = 0; row < rows; ) {
    let lines = '';
    for (const end = Math.min(rows, row + 10_000); row < end; row++) {
      const text = Array.from({ length: 4 }, () => sentences[next(sentences.length)]).join(' ');
      lines += `{"id":"r${String(row).padStart(8, '0')}","text":${JSON.stringify(text)}}\n`;
    }
    writeSync(file, lines);
  }
  closeSync(file);
  renameSync(`${path}.partial`, path);
  return path;
}
