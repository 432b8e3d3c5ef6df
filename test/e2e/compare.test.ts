/** A change of a plugin seen before it is published: two runs, their pages, their difference. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunDiff } from '../../src/runtime/index.js';
import { plugin } from './harness.js';

const place = mkdtempSync(join(tmpdir(), 'plugsmith-compare-'));
const root = join(place, 'texts');
afterAll(() => rmSync(place, { recursive: true }));

const say = async (...args: string[]) => plugin([...args, '--json'], { cwd: root });
async function run(): Promise<string> {
  const { code, stdout } = await say('run', '--input', 'samples/texts.jsonl');
  expect(code, stdout).toBe(0);
  return (JSON.parse(stdout) as { run: string }).run;
}

let before: string;
let again: string;
let after: string;
beforeAll(async () => {
  expect((await plugin(['create', 'texts', '--template', 'text'], { cwd: place })).code).toBe(0);
  before = await run();
  again = await run();
  const file = join(root, 'processors/core.ts');
  const source = readFileSync(file, 'utf8');
  // The first row gets another vector, everything else stays.
  const changed = source.replace(/\.withColumn\(\s*(['"][^'"]+['"]),\s*([^;]+?)\)(;|\n)/, '.withColumn($1, turned($2))$3');
  expect(changed).not.toBe(source);
  writeFileSync(file, `${changed}\nfunction turned<T>(given: T): T {\n  const data = (given as { data?: Float32Array }).data ?? (given as unknown as Float32Array);\n  data[0] = (data[0] as number) + 0.5;\n  return given;\n}\n`);
  after = await run();
});

it('the same plugin gives the same vectors to the last bit', async () => {
  const { code, stdout } = await say('diff', before, again, '--max-change', '0');
  expect(code).toBe(0);
  const diff = JSON.parse(stdout) as RunDiff;
  expect(diff).toMatchObject({ runs: [before, again], max_change: 0, rows: { both: 85, only_before: 0, only_after: 0 }, features: { text_embedding: { dim: [384, 384], rows: 85, changed: 0, max: 0, most: [] } } });
});

it('a changed plugin is told of, row by row, and fails past --max-change', async () => {
  const { code, stdout } = await say('diff', before, after);
  expect(code).toBe(0);
  const { features, max_change } = JSON.parse(stdout) as RunDiff;
  const feature = features['text_embedding'] as RunDiff['features'][string];
  expect(feature.changed).toBeGreaterThan(0);
  expect(feature.most[0]).toEqual({ document_id: expect.any(String), change: feature.max, text: 'Sourdough at last' });
  expect(max_change).toBeGreaterThan(0.01);
  expect((await say('diff', before, after, '--max-change', '2')).code).toBe(0);
  const failed = await plugin(['diff', before, after, '--max-change', '0.001'], { cwd: root });
  expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining('more than the 0.001 of --max-change')]);
});

it.each<[string[], string, number]>([
  [['diff', 'none', 'none'], 'no-run', 2],
  [['diff', '@before'], 'usage', 2],
  [['diff', '@before', '@after', '--max-change', 'much'], 'usage', 2],
  [['report', 'none'], 'no-run', 2],
  [['report', '--output', '/proc/nowhere/report.html'], 'write-failed', 2],
])('%j', async (args, code, exit) => {
  const names: Record<string, string> = { '@before': before, '@after': after };
  const result = await say(...args.map((arg) => names[arg] ?? arg));
  expect(result.code).toBe(exit);
  expect((JSON.parse(result.stdout) as { error: { code: string } }).error.code).toBe(code);
});

it('a page of a run', async () => {
  const { code, stdout } = await say('report', before);
  expect(code).toBe(0);
  const { page, bytes } = JSON.parse(stdout) as { page: string; bytes: number };
  const html = readFileSync(page, 'utf8');
  expect(Buffer.byteLength(html)).toBe(bytes);
  expect(html).toContain('text_embedding');
  expect(html.match(/<circle/g)).toHaveLength(85);
});

const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => spawnSync(name, ['--version']).status === 0);
it.skipIf(chromium === undefined)(`the page works in a browser${chromium === undefined ? ' (skipped: there is no chromium)' : ''}`, async () => {
  const { stdout } = await say('report', after);
  const { page } = JSON.parse(stdout) as { page: string };
  const profile = join(place, 'browser');
  const dom = execFileSync(chromium as string, ['--headless=new', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`, '--dump-dom', `file://${page}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  // The script ran: it chose a theme and named the button after the other one.
  expect(dom).toMatch(/data-theme="(light|dark)"/);
  expect(dom).toMatch(/<button id="theme" type="button">(Dark|Light)<\/button>/);
  expect(existsSync(profile)).toBe(true);
});
