import { expect, it } from 'vitest';
import { cannotAsk, decideInteractive } from '../../src/ui/interactive.js';

const terminal = { json: false, env: {}, stdinTTY: true, stderrTTY: true };

it.each([
  [terminal, true, 'terminal'],
  [{ ...terminal, json: true }, false, '--json was given'],
  [{ ...terminal, env: { CI: 'true' } }, false, 'CI is set'],
  [{ ...terminal, env: { CI: '1' } }, false, 'CI is set'],
  [{ ...terminal, env: { CI: 'false' } }, true, 'terminal'],
  [{ ...terminal, env: { CI: '' } }, true, 'terminal'],
  [{ ...terminal, stdinTTY: false }, false, 'stdin is not a terminal'],
  [{ ...terminal, stderrTTY: false }, false, 'stderr is not a terminal'],
])('%j is interactive: %s', (facts, interactive, because) => {
  const decided = decideInteractive(facts);
  expect(decided.interactive).toBe(interactive);
  expect(decided.because).toContain(because);
});

it('says what decided, and which flag answers', () => {
  const failure = cannotAsk('Which template?', { flag: '--template text' }, { interactive: false, because: 'CI is set' });
  expect(failure).toMatchObject({ code: 'needs-answer', exitCode: 2, why: expect.stringContaining('CI is set'), next: expect.stringContaining('--template text') });
});
