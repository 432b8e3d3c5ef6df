import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { readLines } from '../../../src/runtime/launch/process.js';

it.each<[string, string[], string[]]>([
  ['lines in pieces', ['on', 'e\ntw', 'o\n\nlast'], ['one', 'two', '', 'last']],
  ['a line that is as long as a line may be', ['x'.repeat(40_000), 'x'.repeat(25_536)], ['x'.repeat(65_536)]],
  ['a longer one', ['x'.repeat(65_536), 'x'.repeat(70_000), '\nnext'], [`${'x'.repeat(65_536)} ... (cut)`, 'next']],
  ['a longer one without end', ['x'.repeat(200_000)], [`${'x'.repeat(65_536)} ... (cut)`]],
])('%s', async (_what, chunks, expected) => {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await new Promise((done) => stream.on('end', done));
  expect(lines).toEqual(expected);
});
