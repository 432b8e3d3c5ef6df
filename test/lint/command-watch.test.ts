import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

  test.each<[string, readonly string[]]>([['a folder', ['.']], ['a file', ['a/core.ts']]])('sees each of many saves of editors that write a new file in the place of the old one: %s', async (_, paths) => {
    const cwd = await folderOf({ 'a/core.ts': '' });
    const file = join(cwd, 'a/core.ts');
    const stop = new AbortController();
    const events = changes(paths, cwd, stop.signal);
    for (let n = 0; n < 6; n++) {
      const next = events.next();
      writeFileSync(`${file}.new`, `// ${n}\n`);
      if (n % 3 < 2) renameSync(`${file}.new`, file);
      else writeFileSync(file, `// in place ${n}\n`);
      expect(await next).toEqual({ done: false, value: undefined });
    }
    stop.abort();
    for (let next = await events.next(); !next.done; next = await events.next());
  });

  test('sees files of folders that come later, and outlives folders that go and links in a circle', async () => {
    const cwd = await folderOf({ 'core.ts': '' });
    const stop = new AbortController();
    const events = changes(['.'], cwd, stop.signal);
    const steps = [
      () => mkdirSync(join(cwd, 'later/deep'), { recursive: true }),
      () => writeFileSync(join(cwd, 'later/deep/a.ts'), ''),
      () => symlinkSync('..', join(cwd, 'later/up')),
      () => rmSync(join(cwd, 'later'), { recursive: true }),
      () => mkdirSync(join(cwd, 'later')),
      () => writeFileSync(join(cwd, 'later/b.ts'), ''),
    ];
    for (const step of steps) {
      const next = events.next();
      step();
      expect(await next).toEqual({ done: false, value: undefined });
    }
    stop.abort();
    for (let next = await events.next(); !next.done; next = await events.next());
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
