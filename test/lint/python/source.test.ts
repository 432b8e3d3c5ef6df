/** What Python text must look like, the parser, and how both behave at their limits. */
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lintPaths, lintText } from '../../../src/lint/index.js';
import { loadPython } from '../../../src/lint/python/index.js';
import { scanPython } from '../../../src/lint/rules/sec-py/index.js';
import { LineIndex } from '../../../src/lint/text.js';
import { findings, places } from './helper.js';

describe('encodings', () => {
  test.each([
    ['# coding: utf-7\n', 1],
    ['# -*- coding: latin-1 -*-\n', 1],
    ['#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n', 2],
    ['\n# coding=rot13\n', 2],
    ['\f  # coding: utf-16\n', 1],
    ['\r# coding: gbk\n', 1],
    ['\uFEFF# coding: latin-1\n', 1],
    ['# coding: utf-8-evil\n', 1],
  ])('%j is refused at line %d', (text, line) => {
    expect(findings(text)).toMatchObject([{ rule: 'SEC-UNREADABLE', line }]);
  });

  test.each([
    '# coding: utf-8\n', '# -*- coding: UTF8 -*-\n', '# vim: set fileencoding=utf_8 :\n', '# coding: utf-8-sig\n', '\uFEFF# coding: utf-8\n',
    '\uFEFFx = 1\n', 'x = 1\n# coding: latin-1\n', '# one\n# two\n# coding: latin-1\n', '# encoding is fun\n', 'x = "# coding: latin-1"\n',
  ])('%j is fine', (text) => expect(places(text)).toEqual([]));
});

describe('lines', () => {
  test.each([
    ['# harmless\rimport subprocess\n', ['SEC-SYNTAX:1', 'SEC-IMPORT:1']],
    ['x = 1\rimport subprocess\ry = 2\r', ['SEC-IMPORT:2']],
    ['# a\r\nimport subprocess\r\n', ['SEC-IMPORT:2']],
    ['# a\u2028import subprocess\n', []],
    ['# a\u000bimport subprocess\n', []],
    ['# a \\\nimport subprocess\n', ['SEC-IMPORT:2']],
    ['if 1:\n  \teval(1)\n', ['SEC-SYNTAX:2', 'SEC-EVAL:2']],
    ['if 1:\n\teval(1)\n', ['SEC-EVAL:2']],
    ['x = (1,\n  \t2)\n', []],
    ['x = """\n  \ty\n"""\n', []],
    ['\fimport subprocess\n', ['SEC-IMPORT:1']],
    ['if 1:\n    x = 1\n\f\nimport subprocess\n', ['SEC-IMPORT:4']],
  ])('%j gives %j', (text, expected) => expect([...places(text)].sort()).toEqual([...expected].sort()));

  test('a NUL byte hides nothing', () => {
    expect(places('x = 1\0\nimport subprocess\n')).toEqual(['SEC-UNREADABLE:null', 'SEC-IMPORT:2']);
  });
});

describe('syntax', () => {
  test.each(['def f(:\n', 'x = (1\n', 'class\n', 'x = """never ends\n', 'if x:\npass\n', 'import\n', ')\n'])('%j is refused', (text) => {
    expect(findings(text)[0]).toMatchObject({ rule: 'SEC-UNREADABLE', line: null, message: expect.stringContaining('syntax error, line ') });
  });

  // What Python calls a TabError.
  test.each([
    'if 1:\n    if 1:\n\tx = 1\n',
    'if 1:\n        x = 1\n\ty = 2\n',
    'class A:\n    def f(self):\n        if self:\n            pass\n        else:\n\tpass\n',
    'class A:\n    def f(self):\n\tpass\n',
    'for x in []:\n   with x:\n\tpass\n',
  ])('%j mixes tabs and spaces', (text) => {
    expect(findings(text)[0]).toMatchObject({ rule: 'SEC-UNREADABLE', line: null, message: expect.stringContaining('syntax error, line ') });
  });

  test.each([
    'if 1:\n\tif 1:\n\t\tx = 1\n',
    'if 1:\n\tif 1:\n\t    x = 1\n',
    'if 1:\n    x = (\n\t1)\n    y = 2\n',
    'if 1:\n  x = 1\nif 1:\n\tx = 1\n',
    'if 1:\n    x = """\n\t"""\n    y = 1\n',
    'if 1:\n    if 1: x = 1\n    # x\n\t# y\n    y = 1\n',
    'def f():\n  \n\t\n    x = 1\n    return x\n',
    'class A:\n  def f(self):\n     try:\n       pass\n     finally:\n                return 1\n',
  ])('%j may be indented so', (text) => expect(places(text)).toEqual([]));

  test('the rest of a broken file is still looked at', () => {
    expect(places('import subprocess\nx = = 1\n')).toEqual(['SEC-UNREADABLE:null', 'SEC-IMPORT:1']);
  });
});

describe('directives', () => {
  const text = (comment: string) => `import os\n${comment}\nos.system("x")\n`;

  test('with a reason suppress, without one do not', () => {
    expect(findings(text('# plugin-lint-disable-next-line SEC-PROCESS -- only in tests'))).toMatchObject([{ suppressed: { reason: 'only in tests' } }]);
    expect(findings(text('# plugin-lint-disable-next-line SEC-PROCESS'))[0]).not.toHaveProperty('suppressed');
  });
});

describe('limits', () => {
  const n = 100_000;
  test.each([
    ['parentheses', `x = ${'('.repeat(n)}1${')'.repeat(n)}\neval(1)\n`, 'SEC-EVAL:2'],
    ['terms', `x = ${'1+'.repeat(n)}1\neval(1)\n`, 'SEC-EVAL:2'],
    ['calls', `x = a${'.b()'.repeat(n)}\neval(1)\n`, 'SEC-EVAL:2'],
    ['lambdas', `x = ${'lambda: '.repeat(20_000)}eval\n`, 'SEC-EVAL:1'],
    ['names', `import os\na0 = os\n${Array.from({ length: 2_000 }, (_, i) => `a${i + 1} = a${i}\n`).join('')}a2000.system(1)\n`, 'SEC-GLOBAL:2003'],
    ['parts of a name', `import os\ngetattr(os, ${'"a"+'.repeat(12_000)}"b")\n`, 'SEC-GLOBAL:2'],
  ])('many %s do not stop the scan', async (_what, text, expected) => {
    const tree = (await loadPython()).parse(text);
    const lines = new LineIndex(text);
    const found = scanPython({ path: 'a.py', text, tree }).map(({ rule, report: { at } }) =>
      at && 'start' in at ? `${rule.id}:${lines.position(at.start ?? 0).line}` : rule.id,
    );
    expect(found).toEqual([expected]);
  });

  test('a file that is too deep for other rules is refused, where they have something to look for', () => {
    expect(places(`batch = a${'.b()'.repeat(n)}\neval(1)\n`)).toEqual(['SEC-UNREADABLE:null']);
    expect(places(`x = a${'.b()'.repeat(n)}\neval(1)\n`)).toEqual(['SEC-EVAL:2']);
  });

  test('functions that call each other are followed once', () => {
    const text = Array.from({ length: 1_000 }, (_, i) => `def f${i}(x): return f${(i * 7 + 1) % 1000}(x) + f${(i * 13 + 5) % 1000}(x)\n`).join('');
    expect(places(`${text}getattr(x, f0(1)).system()\n`)).toEqual([]);
  });

  test('functions that take members of what they may have been handed', () => {
    const text = Array.from({ length: 3_000 }, (_, i) => `def f${i}(g=f${i - 1}): return g(1).system\n`).join('');
    expect(places(`import os\nhold(os)\n${text}`)).toHaveLength(3_000);
  }, 10_000);

  test('functions that use a name which is bound behind them', () => {
    const text = Array.from({ length: 5_000 }, (_, i) => `def f${i}(x): return open(x)  # as long as lines are in the files of people\n`).join('');
    expect(places(`${text}def open(x): return x\n`)).toEqual([]);
  }, 10_000);
});

test('the tree has neither comments nor punctuation', async () => {
  const tree = (await loadPython()).parse('f(a, b)  # c\n');
  expect(tree.comments).toEqual([{ value: ' c', start: 9, end: 12 }]);
  const call = tree.rootNode.children[0]?.children[0];
  expect(call?.type).toBe('call');
  expect(call?.childForFieldName('function')?.text).toBe('f');
  expect(call?.childForFieldName('arguments')?.children.map((child) => child.text)).toEqual(['a', 'b']);
  expect(tree.firstError).toBeNull();
});

test('offsets are those of the text, also beyond the basic plane', () => {
  expect(lintText('a.py', 'x = "\u{1F600}é"; eval(1)\n')[0]).toMatchObject({ line: 1, column: 12, endColumn: 16 });
});

test('a Python plugin folder is linted file by file', async () => {
  const root = mkdtempSync(join(tmpdir(), 'lint-python-'));
  try {
    mkdirSync(join(root, 'processors'));
    writeFileSync(join(root, 'pipeline.py'), 'import subprocess\n');
    writeFileSync(join(root, 'processors/core.py'), Buffer.from([0x78, 0x20, 0x3d, 0x20, 0x22, 0xff, 0x22, 0x0a]));
    writeFileSync(join(root, 'processors/big.py'), `x = "${'a'.repeat(2_000_000)}"\n`);
    writeFileSync(join(root, 'types.pyi'), 'import subprocess\n');
    const { findings: found } = await lintPaths(['.'], { cwd: root });
    expect(found.filter((one) => one.rule.startsWith('SEC')).map(({ file, rule, line }) => `${file} ${rule} ${line}`)).toEqual([
      'pipeline.py SEC-IMPORT 1', 'processors/big.py SEC-UNREADABLE null', 'processors/core.py SEC-UNREADABLE null',
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
