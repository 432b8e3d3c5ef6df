import { describe, expect, test } from 'vitest';
import type { LintTask } from '../../src/lint/deep.js';
import { analyse, analyseHere } from '../../src/lint/room.js';

const bad = { path: 'bad.ts', text: 'eval("1");\n' };
/** Takes some seconds. */
const long = { path: 'long.ts', text: 'x = [1, 2, 3];\n'.repeat(150_000) };

async function rulesOf(tasks: LintTask[], timeMs: number): Promise<(string[] | number)[]> {
  return (await analyseHere(tasks, timeMs)).map((attempt) => ('findings' in attempt ? attempt.findings.map(({ rule, message }) => (rule === 'SEC-UNREADABLE' ? message : rule)) : attempt.usedMs));
}

describe('files that share a watch', () => {
  test('are all analysed, in order', async () => {
    expect(await rulesOf([bad, { path: 'good.ts', text: 'export {};\n' }, { path: 'bad.py', text: 'eval("1")\n' }], 10_000)).toEqual([['SEC-EVAL'], [], ['SEC-EVAL']]);
  });

  test('have their time each: one that takes longer costs the others nothing', async () => {
    await rulesOf([bad], 10_000);
    const [first, slow, third] = await rulesOf([bad, long, bad], 500);
    expect([first, third]).toEqual([['SEC-EVAL'], ['SEC-EVAL']]);
    // Refused, or left to a thread of its own with the rest of its time.
    if (typeof slow === 'number') expect(slow).toBeLessThan(500);
    else expect(slow).toEqual(['The file took longer than 0.5 s to scan.']);
  });

  test('are left to other threads where they are too deep for this one', async () => {
    const deep = { path: 'deep.ts', text: `export const a = ${'('.repeat(50_000)}1${')'.repeat(50_000)};\n` };
    expect(await rulesOf([deep, bad], 10_000)).toEqual([0, ['SEC-EVAL']]);
    expect((await analyse(deep, null)).findings.map(({ message }) => message)).toEqual(['The file is nested too deeply to be scanned.']);
  });
});

test('facts are kept of files that have no syntax error', async () => {
  const kept: string[] = [];
  const tasks = ['a.ts', 'b.py'].flatMap((path) => [{ path, text: 'batch = 1\n' }, { path: `broken-${path}`, text: 'batch = = 1\n' }]);
  await analyseHere(tasks, 10_000, { keep: (path, module) => kept.push(`${path} ${module.body.length}`) });
  expect(kept).toEqual(['a.ts 1', 'b.py 1']);
});
