import { afterEach, describe, expect, test, vi } from 'vitest';
import { lintText, loadPython } from '../../src/lint/index.js';
import { syntaxRules } from '../../src/lint/registry.js';
import { rules as sequenceRules } from '../../src/lint/rules/seq/index.js';

const rulesOf = (text: string, path = 'a.ts') => lintText(path, text).map((finding) => `${finding.rule}:${finding.line}`);

const perRow = `export async function process(batch: Batch, model: Model) {
  for (const row of batch.rows()) await model.encode(row.data);
}
`;

afterEach(() => void vi.restoreAllMocks());

describe('lintText', () => {
  test('gives whole findings', () => {
    expect(lintText('src/a.ts', perRow)).toEqual([
      {
        rule: 'SEQ002',
        severity: 'error',
        file: 'src/a.ts',
        line: 2,
        column: 41,
        endLine: 2,
        endColumn: 63,
        message: '"model.encode" is called once per row by the loop on line 2.',
        why: expect.stringContaining('batch'),
        next: expect.stringContaining('once'),
      },
    ]);
  });

  test('sorts by line, column and rule', () => {
    const found = rulesOf(`${perRow}eval('1'); new Function('2');\neval('3');\n`);
    expect(found).toEqual(['SEQ002:2', 'SEC-EVAL:4', 'SEC-EVAL:4', 'SEC-EVAL:5']);
  });

  test('says nothing about clean and empty files', () => {
    expect(rulesOf('')).toEqual([]);
    expect(rulesOf('export const a = 1;\n')).toEqual([]);
  });

  test('refuses a file that does not parse, and still looks at what does', () => {
    expect(rulesOf('const a = (;')).toEqual(['SEC-UNREADABLE:null']);
    expect(lintText('a.ts', 'const a = (;')[0]?.message).toMatch(/syntax error, line 1/);
    expect(rulesOf("export { nothing } from;\neval('1');")).toEqual(['SEC-UNREADABLE:null']);
    expect(rulesOf("delete a;\nexport { b };\neval('1');")).toEqual(['SEC-UNREADABLE:null', 'SEC-EVAL:3']);
    expect(rulesOf("let a = 1; let a = 2;\neval('1');")).toEqual(['SEC-UNREADABLE:null', 'SEC-EVAL:2']);
  });

  test('survives Python in which names have no place of their own', async () => {
    await loadPython();
    expect(rulesOf('nonlocal x\nx = eval("1")\n', 'a.py')).toEqual(['SEC-UNREADABLE:null', 'SEC-EVAL:2']);
    expect(lintText('a.py', '(a for s\uFFFDin()as o for').map(({ message }) => message)).toEqual([expect.stringMatching(/syntax error, line 1/)]);
  });

  test('survives code that overflows the stack', () => {
    const deep = `export const a = ${'('.repeat(50_000)}1${')'.repeat(50_000)};`;
    expect(rulesOf(deep)).toEqual(['SEC-UNREADABLE:null']);
    expect(() => lintText('a.ts', deep, { throwOnOverflow: true })).toThrow(RangeError);
  });

  test('turns a syntax rule that throws into a finding, and runs the others', () => {
    const broken = syntaxRules.find((rule) => rule.meta.id === 'SEC-EVAL');
    vi.spyOn(broken as NonNullable<typeof broken>, 'create').mockReturnValue({
      Identifier() {
        throw new TypeError('no such thing');
      },
    });
    const found = lintText('a.ts', `${perRow}with_();\n`);
    expect(found.map((finding) => finding.rule)).toEqual(['SEC-UNREADABLE', 'SEQ002']);
    expect(found[0]?.message).toBe('The file could not be checked by rule SEC-EVAL, which failed with "no such thing".');
  });

  test('turns a fact rule that throws into a finding', () => {
    const broken = sequenceRules[0];
    vi.spyOn(broken as NonNullable<typeof broken>, 'check').mockImplementation(() => {
      throw new Error('broken');
    });
    expect(rulesOf(perRow)).toEqual(['SEC-UNREADABLE:null', 'SEQ002:2']);
  });

  test('reports each place once, however it is reached', () => {
    const twice = `async function one(m: Model, t: string) { return m.encode(t); }
export async function process(batch: Batch, m: Model) {
  for (const row of batch.rows()) { for (const part of row.parts) await one(m, part); }
}
export const again = (batch: Batch, m: Model) => process(batch, m);
`;
    expect(rulesOf(twice)).toEqual(['SEQ002:3']);
  });
});

describe('directives', () => {
  const line = (directive: string, code: string) => `${directive}\n${code}\n`;

  test('silence a rule on the next line', () => {
    const silenced = perRow.replace('  for', '  // plugin-lint-disable-next-line SEQ002 -- no batch input\n  for');
    expect(rulesOf(silenced)).toEqual([]);
    expect(rulesOf(silenced.replace('SEQ002 --', 'SEQ001, SEQ002 --'))).toEqual([]);
    expect(rulesOf(silenced.replace('SEQ002 --', 'SEQ003 --'))).toEqual(['SEQ002:3']);
    expect(rulesOf(silenced.replace('\n  for', '\n\n  for'))).toEqual(['SEQ002:4']);
  });

  test('keep a security finding in the report', () => {
    const [found] = lintText('a.ts', line('// plugin-lint-disable-next-line SEC-EVAL -- reviewed by Ada', 'eval("1");'));
    expect(found).toMatchObject({ rule: 'SEC-EVAL', line: 2, suppressed: { reason: 'reviewed by Ada' } });
  });

  test('need a reason for a security rule', () => {
    for (const directive of ['// plugin-lint-disable-next-line SEC-EVAL', '/* plugin-lint-disable-next-line SEC-EVAL -- */']) {
      const [found] = lintText('a.ts', line(directive, 'eval("1");'));
      expect(found).toMatchObject({ rule: 'SEC-EVAL', next: expect.stringContaining('needs a reason') });
      expect(found).not.toHaveProperty('suppressed');
    }
  });

  test('are read from comments only', () => {
    expect(rulesOf(line('const s = `', '// plugin-lint-disable-next-line SEC-EVAL -- x\n${eval("1")}`;'))).toEqual(['SEC-EVAL:3']);
  });
});
