/** Directives in both languages, and for rules that look at more than one file. */
import { describe, expect, test } from 'vitest';
import { readDirectives, silence } from '../../src/lint/directives.js';
import type { Finding } from '../../src/lint/index.js';
import { lintPaths } from '../../src/lint/index.js';
import { loadPython, pythonParser } from '../../src/lint/python/index.js';
import { LineIndex } from '../../src/lint/text.js';
import { folderOf } from './folder.helper.js';

const finding = (rule: string, line: number): Finding => ({
  rule, severity: 'error', file: 'a.py', line, column: 1, endLine: line, endColumn: 2, message: 'm', why: 'w', next: 'n',
});

async function python(text: string, ...findings: Finding[]) {
  await loadPython();
  const directives = readDirectives(text, pythonParser().parse(text).comments, new LineIndex(text));
  return { directives, ...silence(findings, directives) };
}

describe('in Python', () => {
  test('silence the next line', async () => {
    const { findings, unused } = await python('x = 1\n# plugin-lint-disable-next-line SEQ002 -- one text per call\nfor a in b:\n    pass\n', finding('SEQ002', 3), finding('SEQ002', 4));
    expect([findings.map(({ line }) => line), unused]).toEqual([[4], []]);
  });

  test('need a reason for a security rule, and keep it visible', async () => {
    const with_ = await python('# plugin-lint-disable-next-line SEC-PY -- seen by Ada\nimport os\n', finding('SEC-PY', 2));
    expect(with_.findings).toMatchObject([{ rule: 'SEC-PY', suppressed: { reason: 'seen by Ada' } }]);
    const without = await python('# plugin-lint-disable-next-line SEC-PY\nimport os\n', finding('SEC-PY', 2));
    expect(without.findings).toMatchObject([{ next: expect.stringContaining('needs a reason') }]);
    expect(without.unused).toEqual([]);
  });

  test('are read from comments only', async () => {
    expect((await python('x = "# plugin-lint-disable-next-line SEQ002"\n"""\n# plugin-lint-disable-next-line SEQ002\n"""\n')).directives).toEqual([]);
  });

  test('are reported when they are not used', async () => {
    const cwd = await folderOf({ 'a.py': 'x = 1  # plugin-lint-disable-next-line SEQ002\ny = 2\n' });
    const { findings } = await lintPaths(['.'], { cwd });
    expect(findings).toMatchObject([{ rule: 'LINT-UNUSED-DIRECTIVE', line: 1, column: 8, fix: { start: 5, end: 45, text: '' } }]);
  });
});

test('silence rules that look at more than one file', async () => {
  const manifest = (directive: string) => `import { defineManifest, z } from 'plugsmith/manifest';
export default defineManifest({
  feature_extractor_name: 'my_extractor', version: '1.0.0',
  supported_input_types: ['text'],
  input_schema: z.object({ text: z.string() }),
  output_schema: z.object({ my_embedding: z.array(z.number()).length(384) }),
  features: [{ feature_type: 'embedding', feature_name: 'my_embedding', embedding_dim: 384, distance_metric: 'cosine' }],
${directive}  feature_uri: 'mixpeek://my_extractor@1.0.0/my_embedding',
});
`;
  const pipeline = 'export function buildSteps() {\n  return { steps: [] };\n}\n';
  const rulesIn = async (text: string) => {
    const cwd = await folderOf({ 'manifest.ts': text, 'pipeline.ts': pipeline });
    return (await lintPaths(['.'], { cwd })).findings.map((found) => found.rule);
  };
  const rules = await rulesIn(manifest(''));
  expect(rules).toContain('MAN-REALTIME');
  expect(await rulesIn(manifest('  // plugin-lint-disable-next-line MAN-REALTIME -- it comes later\n'))).toEqual(rules.filter((rule) => rule !== 'MAN-REALTIME'));
});
