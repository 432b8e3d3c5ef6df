import { describe, expect, it } from 'vitest';
import { ExitCode, Failure } from '../../src/errors/index.js';
import { createTheme, errorDocument, errorText, toFailure, unknownCommand } from '../../src/ui/index.js';

const plain = createTheme(false);

describe('a failure', () => {
  const cases: [string, Failure, string[], object][] = [
    [
      'with everything',
      new Failure({ code: 'input-not-found', message: 'No file a.jsonl.', why: 'There are no rows.', next: 'Name a file.', details: { file: 'a.jsonl' } }),
      ['error  No file a.jsonl.', '       Why:  There are no rows.', '       Next: Name a file.'],
      { error: { code: 'input-not-found', message: 'No file a.jsonl.', why: 'There are no rows.', next: 'Name a file.', details: { file: 'a.jsonl' } }, exit_code: 2 },
    ],
    ['with the least', new Failure({ code: 'x', message: 'Bad.' }), ['error  Bad.'], { error: { code: 'x', message: 'Bad.', why: null, next: null }, exit_code: 2 }],
    [
      'of several lines',
      new Failure({ code: 'x', message: 'Two:\n  a\n  b', next: 'One.\nTwo.', exitCode: ExitCode.findings }),
      ['error  Two:', '         a', '         b', '       Next: One.', '             Two.'],
      { error: { code: 'x', message: 'Two:\n  a\n  b', why: null, next: 'One.\nTwo.' }, exit_code: 1 },
    ],
    ['with control characters', new Failure({ code: 'x', message: 'a\u001b[2Jb' }), ['error  a\uFFFD[2Jb'], { error: { code: 'x', message: 'a\u001b[2Jb', why: null, next: null }, exit_code: 2 }],
    ['by interruption', new Failure({ code: 'interrupted', message: 'Interrupted.', exitCode: ExitCode.interrupted }), ['stopped  Interrupted.'], { error: { code: 'interrupted', message: 'Interrupted.', why: null, next: null }, exit_code: 130 }],
  ];
  it.each(cases)('%s', (_, failure, text, document) => {
    expect(errorText(failure, plain).split('\n')).toEqual(text);
    expect(JSON.parse(JSON.stringify(errorDocument(failure)))).toEqual(document);
  });
});

describe('anything thrown', () => {
  it('of ours stays as it is', () => {
    const failure = new Failure({ code: 'x', message: 'y' });
    expect(toFailure(failure)).toBe(failure);
  });

  it.each([[new TypeError('x is undefined\nmore')], ['x is undefined'], [{ toString: (): string => 'x is undefined' }]])('else is our fault, in one line: %s', (thrown) => {
    const failure = toFailure(thrown, {});
    expect(failure).toMatchObject({ code: 'internal', message: 'Internal error: x is undefined', exitCode: 2, details: undefined });
    expect(failure.next).toContain('PLUGSMITH_DEBUG=1');
    expect(errorText(failure, plain)).not.toContain('present.test');
  });

  it('shows its stack with PLUGSMITH_DEBUG=1', () => {
    const failure = toFailure(new TypeError('boom'), { PLUGSMITH_DEBUG: '1' });
    expect(errorText(failure, plain)).toContain('present.test');
  });

  it.each([
    ['ENOSPC', 'Make room'], ['EROFS', 'another folder'], ['EMFILE', 'ulimit'],
  ])('that the machine refused with %s is no fault of ours', (code, next) => {
    const failure = toFailure(Object.assign(new Error(`${code}: no, open '/a'`), { code }), {});
    expect(failure).toMatchObject({ code: 'system-refused', message: expect.stringContaining(`${code}: no, open '/a'`), next: expect.stringContaining(next), exitCode: 2 });
  });

  it('from a prompt that was left is an interruption', () => {
    const left = Object.assign(new Error('User force closed the prompt'), { name: 'ExitPromptError' });
    expect(toFailure(left)).toMatchObject({ code: 'interrupted', exitCode: 130 });
  });
});

it.each([
  ['lnt', 'lint'], ['packge', 'package'], ['host strat', 'host start'], ['serach', 'search'], ['frobnicate', null], ['xx', null],
])('an unknown command %s suggests %s', (id, meant) => {
  const failure = unknownCommand(id, ['lint', 'package', 'search', 'host start']);
  expect(failure).toMatchObject({ code: 'unknown-command', exitCode: 2, details: { suggestion: meant } });
  expect(failure.next).toContain(meant ?? 'plugin --help');
});
