/** The guide, followed to the letter: its files are written where their titles say, and its plugin has to work. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { install, shell } from './harness.js';
import { PATIENCE_MS, require } from './suite.js';

const guide = readFileSync(resolve(import.meta.dirname, '../../docs/guide.md'), 'utf8');
const blocks = [...guide.matchAll(/^```(\w+)(?: file=(\S+))?\n(.*?)^```$/gms)].map(([, language, file, content]) => ({ language, file, content: content as string }));
let work: string;

beforeAll(async () => {
  work = realpathSync(mkdtempSync(join(tmpdir(), 'plugsmith-e2e-')));
  await install();
}, 3 * PATIENCE_MS);
afterAll(() => rmSync(work, { recursive: true, force: true }));

test('the plugin of the guide works', { timeout: PATIENCE_MS }, async (context) => {
  await require(context, 'registry');
  const files = blocks.filter((block) => block.file !== undefined);
  expect(files.length).toBeGreaterThan(5);
  let cwd = work;
  const run = async (line: string): Promise<void> => {
    const result = await shell(line, { cwd });
    expect(`${line}\n${result.code === 0 ? '' : result.stdout + result.stderr}`).toBe(`${line}\n`);
  };
  for (const line of lines(blocks.find((block) => block.language === 'sh'))) {
    if (line.startsWith('cd ')) cwd = join(cwd, line.slice(3));
    else await run(line);
  }
  // What the guide removes before it writes its own files stands in a block of its own.
  for (const line of blocks.filter(({ language, content }) => language === 'sh' && content.startsWith('rm ')).flatMap(lines)) await run(line);
  for (const { file, content } of files) {
    mkdirSync(dirname(join(cwd, file as string)), { recursive: true });
    writeFileSync(join(cwd, file as string), content);
  }
  for (const line of blocks.filter(({ language, content }) => language === 'sh' && content.startsWith('npm ')).flatMap(lines)) await run(line);
  for (const line of ['plugin lint', 'plugin test', 'plugin run --input samples/tickets.jsonl --output tickets.jsonl', 'plugin search "money back" --top 1', 'plugin invoke --inputs \'{"text": "hello"}\'', 'plugin package']) await run(line);
});

function lines(block: { content: string } | undefined): string[] {
  return (block?.content ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
