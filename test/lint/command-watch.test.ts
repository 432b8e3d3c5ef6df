import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { changes } from '../../src/lint/index.js';
import { runExitHooks } from '../../src/ui/index.js';
import { lintCommand } from './command.helper.js';
import { folderOf, perRow } from './folder.helper.js';

describe('changes', () => {
  test('gives an item after a change, and ends with the signal', async () => {
    const cwd = await folderOf({ 'a/core.ts': '' });
    const stop = new AbortController();
    const events = changes(['.'], cwd, stop.signal);
    const next = events.next();
    // Some systems begin to watch a little later than they say.
    let n = 0;
    const writing = setInterval(() => writeFileSync(join(cwd, 'a/core.ts'), `// ${n++}\n`), 200);
    expect(await next).toEqual({ done: false, value: undefined });
    clearInterval(writing);
    const last = events.next();
    stop.abort();
    // A write just before may still count as a change.
    for (let ended = await last; !ended.done; ended = await events.next());
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  test('fails where there is nothing to watch', async () => {
    await expect(changes(['nowhere'], await folderOf({}), new AbortController().signal).next()).rejects.toMatchObject({ code: 'lint-watch-failed' });
  });
});

test('--watch and --json exclude each other', async () => {
  const { code, out } = await lintCommand(await folderOf({ 'core.ts': perRow }), '--watch', '--json');
  expect([code, JSON.parse(out).error.code]).toEqual([2, 'usage']);
});

// Last in this file: it leaves the process as one that is being interrupted.
test('--watch reports after a change, until it is interrupted', async () => {
  const cwd = await folderOf({ 'core.ts': '' });
  const running = lintCommand(cwd, '--watch', '--no-cache');
  const notes = () => vi.mocked(process.stderr.write).mock.calls.filter(([text]) => String(text).startsWith('Watching')).length;
  await vi.waitFor(() => expect(notes()).toBe(1), 20_000);
  let n = 0;
  const writing = setInterval(() => writeFileSync(join(cwd, 'core.ts'), `${perRow}// ${n++}\n`), 200);
  await vi.waitFor(() => expect(notes()).toBeGreaterThan(1), 20_000);
  clearInterval(writing);
  await runExitHooks('interrupted');
  const { out } = await running;
  expect(out).toMatch(/^No findings in 1 file\.\ncore\.ts:2:/);
});
