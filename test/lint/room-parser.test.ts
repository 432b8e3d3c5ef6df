import { expect, test, vi } from 'vitest';
import { loadPython } from '../../src/lint/python/index.js';
import { analyseHere } from '../../src/lint/room.js';

const bad = 'eval("1")\n';

test('a Python parser that has failed is used no more: its files are left to other threads', async () => {
  const parse = vi.spyOn(await loadPython(), 'parse').mockImplementation(() => {
    throw Object.assign(new Error('memory access out of bounds'), { name: 'RuntimeError' });
  });
  const attempts = await analyseHere(['a.py', 'b.ts', 'c.py'].map((path) => ({ path, text: bad })), 10_000);
  expect(attempts.map((attempt) => ('findings' in attempt ? attempt.findings.map(({ rule }) => rule) : attempt.usedMs))).toEqual([0, ['SEC-EVAL'], 0]);
  expect(parse).toHaveBeenCalledTimes(1);
  await expect(analyseHere([{ path: 'a.py', text: bad }], 10_000, { isLast: true })).rejects.toThrow('out of bounds');
});
