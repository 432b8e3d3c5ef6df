import { describe, expect, it } from 'vitest';
import { explainDeath } from '../../../src/runtime/launch/death.js';
import { placeInStacks } from '../../../src/runtime/launch/stack.js';

const root = '/p/my_extractor';
const control = ['Thread 0x00007f01 (most recent call first):', '  File "/lib/python3.11/selectors.py", line 468 in select', '  File "/opt/worker-python/connection.py", line 40 in listen'];
const main = [
  'Current thread 0x00007f02 (most recent call first):', '  File "/lib/python3.11/re/__init__.py", line 166 in match',
  `  File "${root}/processors/core.py", line 12 in encode`, `  File "${root}/processors/core.py", line 30 in __call__`,
];

const cases: Record<string, [string[], string | null]> = {
  'the innermost line of the plugin, below the library that it called': [['Fatal Python error: Segmentation fault', '', ...control, ...main], 'processors/core.py:12 in encode'],
  'the current thread before others': [[...main.map((line) => line.replace('Current thread', 'Thread').replace('core.py', 'other.py')), ...main], 'processors/core.py:12 in encode'],
  'another thread, when the current one is not in the plugin': [[...control.map((line) => line.replace('Thread', 'Current thread')), ...main.map((line) => line.replace('Current thread', 'Thread'))], 'processors/core.py:12 in encode'],
  'a folder with the same beginning is another one': [main.map((line) => line.replace(root, `${root}_2`)), null],
  'no stack': [['Traceback (most recent call last):', `  File "${root}/manifest.py", line 1, in <module>`], null],
  'nothing': [[], null],
};

describe('where a process was', () => {
  it.each(Object.entries(cases))('%s', (_, [lines, expected]) => {
    expect(placeInStacks(lines, root)).toBe(expected);
  });

  it('is told with the death', () => {
    const death = { code: null, signal: 'SIGSEGV' as const, lastWords: null, tail: main, memoryGb: 2 };
    expect(explainDeath({ ...death, at: 'processors/core.py:12 in encode' }).message).toBe('the worker process was killed by SIGSEGV at processors/core.py:12 in encode');
    expect(explainDeath({ ...death, at: null }).message).toContain('killed by SIGSEGV');
  });
});
