/** Programs made up by chance; `bench/lint-programs.mjs` lints many more with the built command. */
import { beforeAll, describe, expect, test } from 'vitest';
import { lintPaths, type LintReport } from '../../src/lint/index.js';
import { folderOf } from './folder.helper.js';

interface Program {
  name: string;
  kind: string;
  bytes: Uint8Array;
}

// @ts-expect-error a script without declarations
const { programs, unscannable } = (await import('../../bench/lint/programs.mjs')) as { programs(count: number, seed: number, sizes: number): Program[]; unscannable: Set<string> };

describe('programs made up by chance', () => {
  const all = programs(80, 20, 1);
  let report: LintReport;

  beforeAll(async () => {
    const cwd = await folderOf(Object.fromEntries(all.map(({ name, bytes }) => [name, bytes])));
    report = await lintPaths(['.'], { cwd });
  });

  const refused = (name: string): string[] => report.findings.filter(({ file, rule }) => file === name && rule === 'SEC-UNREADABLE').map(({ message }) => message);

  test('are all looked at, none for longer than its time', () => {
    expect(report.summary.files).toBe(all.length);
    expect(report.findings.filter(({ message }) => message.includes('took longer'))).toEqual([]);
  });

  test('meet no fault of the linter', () => {
    expect(report.findings.filter(({ next }) => next.includes('fault of the linter'))).toEqual([]);
  });

  test.each(all.filter(({ kind }) => kind === 'valid'))('$name is scanned whole', ({ name }) => expect(refused(name)).toEqual([]));

  test.each(all.filter(({ kind }) => unscannable.has(kind)))('$name is refused', ({ name }) => expect(refused(name)).not.toEqual([]));
});
