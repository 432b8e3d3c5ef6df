import { expect, test } from 'vitest';
import { programFindings } from '../../src/lint/under-another-name.js';


test.each([
  ['a JavaScript call', '// note\neval("1");\n', 'SEC-EVAL', 2],
  ['a JavaScript import', 'const cp = require("child_process");\n', 'SEC-IMPORT', 1],
  ['a Python import', '# note\nimport subprocess\nsubprocess.run(["true"])\n', 'SEC-IMPORT', 2],
])('%s is found', async (_what, text, rule, line) => {
  expect((await programFindings('notes.txt', text))[0]).toMatchObject({ file: 'notes.txt', rule, line });
});

test.each([
  ['prose', 'Use eval("x") never; it is slow (and unsafe).\n'],
  ['a list of words', 'open\neval\nexec\n'],
  ['a harmless program', 'const a = [1, 2].map((x) => x + 1);\n'],
  ['nothing', ''],
])('%s is left alone', async (_what, text) => {
  expect(await programFindings('labels.txt', text)).toEqual([]);
});
