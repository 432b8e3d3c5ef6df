import { describe, expect, test } from 'vitest';
import plugsmith, { type EslintContext } from '../../src/lint/eslint.js';
import { perRow } from './folder.helper.js';
import { manifest } from './rules/MAN.helpers.js';

type Problem = Parameters<EslintContext['report']>[0];

function run(text: string, filename = '/plugin/core.ts'): Problem[] {
  const problems: Problem[] = [];
  plugsmith.rules.lint.create({ filename, cwd: '/plugin', sourceCode: { text }, report: (problem) => problems.push(problem) }).Program();
  return problems;
}

describe('the ESLint rule', () => {
  test('reports findings as ESLint counts lines and columns', () => {
    expect(run(perRow)).toEqual([{
      loc: { start: { line: 2, column: 40 }, end: { line: 2, column: 62 } },
      message: expect.stringMatching(/^"model\.encode" is called once per row.*\(SEQ002\)$/),
    }]);
  });

  test('puts what concerns the whole file on its first line', () => {
    expect(run('const a = (;')).toEqual([{ loc: { start: { line: 1, column: 0 } }, message: expect.stringContaining('(SEC-UNREADABLE)') }]);
  });

  test('hands over fixes', () => {
    const text = manifest({ features: `[{ feature_type: 'embedding', feature_name: 'my_embedding', embedding_dim: 384, distance_metric: 'l2' }]` });
    const [problem] = run(text, '/plugin/manifest.ts');
    const at = text.indexOf("'l2'");
    expect(problem?.fix?.({ replaceTextRange: (range, put) => ({ range, put }) })).toEqual({ range: [at, at + 4], put: "'euclid'" });
  });

  test('obeys directives, and leaves out what is suppressed', () => {
    expect(run('// plugin-lint-disable-next-line SEC-EVAL -- seen by Ada\neval("1");\n')).toEqual([]);
    expect(run(perRow.replace('  for', '  // plugin-lint-disable-next-line SEQ002\n  for'))).toEqual([]);
  });

  test('reads text without a file name as TypeScript', () => {
    expect(run('const a: string = eval("1");\n', '/plugin/<input>')).toHaveLength(1);
  });

  test('comes with a config that turns it on', () => {
    const { recommended } = plugsmith.configs;
    expect(Object.keys(recommended.rules)).toEqual(['plugsmith/lint']);
    expect(recommended.plugins.plugsmith.rules.lint).toBe(plugsmith.rules.lint);
  });
});
