/** Rows of a JSON Lines file, some at a time. */
import { createReadStream } from 'node:fs';

/** @returns {AsyncGenerator<{ id: string, text: string }[]>} */
export async function* batches(path, size) {
  let rest = '';
  let rows = [];
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 512 * 1024 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      rows.push(JSON.parse(line));
      if (rows.length < size) continue;
      yield rows;
      rows = [];
    }
  }
  if (rest !== '') rows.push(JSON.parse(rest));
  if (rows.length > 0) yield rows;
}
