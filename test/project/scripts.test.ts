/** The scripts that count results and look for what programs leave behind. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error a script, which has no declarations
import { sum } from '../../scripts/ci-sum.mjs';
// @ts-expect-error a script, which has no declarations
import { add, line, none, one } from '../../scripts/lib/counts.mjs';
// @ts-expect-error a script, which has no declarations
import { withTraces } from '../../scripts/lib/traces.mjs';

test('counts add up to one line', () => {
  expect(line(add(none(), one(true), one(true), one(false)))).toBe('2 passed, 1 failed');
  expect(line(add(one(true), { ...none(), skipped: [{ name: 'a', reason: 'b' }] }))).toBe('1 passed, 0 failed, 1 skipped');
});

test.each([
  ['two logs', ['noise\n3 passed, 0 failed\n', '2 passed, 1 failed, 4 skipped\n\n'], { passed: 5, failed: 1, skipped: 4, cutOff: [] }],
  ['a log that was cut off', ['3 passed, 0 failed', 'still at it'], { passed: 3, failed: 1, skipped: 0, cutOff: ['1'] }],
  ['an empty log', [''], { passed: 0, failed: 1, skipped: 0, cutOff: ['0'] }],
  ['a count in the middle of a line', ['all: 3 passed, 0 failed'], { passed: 0, failed: 1, skipped: 0, cutOff: ['0'] }],
])('%s', (_name, logs, expected) => {
  expect(sum({ ...logs })).toEqual(expected);
});

test('what lies in the home or the temporary folder afterwards is named, the cache folder excepted', async () => {
  const { result, left } = (await withTraces(async (env: Record<string, string>) => {
    const home = env['HOME'] as string;
    mkdirSync(join(home, '.cache/plugsmith/bundles'), { recursive: true });
    writeFileSync(join(home, '.cache/plugsmith/bundles/a.mjs'), '');
    mkdirSync(join(home, '.cache/Microsoft'), { recursive: true });
    writeFileSync(join(home, '.cache/Microsoft/deviceid'), '');
    writeFileSync(join(env['TMPDIR'] as string, 'half.zip'), '');
    return env['CI'];
  })) as { result: unknown; left: string[] };
  expect(result).toBeUndefined();
  expect(left).toEqual(['~/.cache/Microsoft/deviceid', '$TMPDIR/half.zip']);
});
