import { expect, test } from 'vitest';
import { parseSource } from '../../src/lint/parse.js';
import { decodeSource, LineIndex } from '../../src/lint/text.js';

const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));

test.each([
  ['plain text', bytes('a\nb'), null],
  ['a byte order mark', bytes([0xef, 0xbb, 0xbf], 'a'), null],
  ['a bad byte on line 2', bytes('a\n', [0xff], '\nb'), { what: 'is not valid UTF-8', line: 2 }],
  ['a cut-off sequence', bytes('a', [0xe2, 0x82]), { what: 'is not valid UTF-8', line: 1 }],
  ['UTF-16, little end first', bytes([0xff, 0xfe, 0x61, 0x00]), { what: 'is UTF-16, not UTF-8', line: null }],
  ['UTF-16, big end first', bytes([0xfe, 0xff, 0x00, 0x61]), { what: 'is UTF-16, not UTF-8', line: null }],
  ['a NUL on line 3', bytes('a\n\n', [0]), { what: 'contains a NUL byte', line: 3 }],
])('decodes %s', (_, source, problem) => {
  expect(decodeSource(source).problem).toEqual(problem);
});

test('removes the byte order mark and keeps what follows a bad byte', () => {
  expect(decodeSource(bytes([0xef, 0xbb, 0xbf], 'a')).text).toBe('a');
  expect(decodeSource(bytes('a', [0xff], 'b')).text).toBe('a\uFFFDb');
});

test('counts lines at LF only', () => {
  const lines = new LineIndex('a\u2028b\r\nc\n');
  expect(lines.position(2)).toEqual({ line: 1, column: 3 });
  expect(lines.position(5)).toEqual({ line: 2, column: 1 });
  expect(lines.place(5, 7)).toEqual({ line: 2, column: 1, endLine: 3, endColumn: 1 });
  expect(new LineIndex('').position(0)).toEqual({ line: 1, column: 1 });
});

test.each([
  ['types in .ts', 'a.ts', 'const a = <T,>(x: T) => x as unknown;'],
  ['an angle bracket cast in .ts', 'a.ts', 'const a = <string>b;'],
  ['JSX in .tsx', 'a.tsx', 'const a: any = <p>{b}</p>;'],
  ['JSX in .js', 'a.js', 'const a = <p>{b}</p>;'],
  ['comparison that looks like a type in .js', 'a.js', 'const c = a < b > (d);'],
  ['top-level await', 'a.ts', 'const a = await b; export { a };'],
  ['top-level await without an export', 'a.ts', 'const a = await b;'],
  ['top-level return in a script', 'a.cjs', 'if (a) return;'],
  ['with in a script', 'a.cjs', 'with (a) { b(); }'],
  ['with in a .js script', 'a.js', 'with (a) { b(); }'],
  ['export in .cts', 'a.cts', 'const { z } = require("zod"); export const s = z;'],
  ['an HTML-like comment in a script', 'a.cjs', '<!-- hidden\na();'],
  ['decorators on parameters', 'a.ts', 'class A { m(@d x: number) {} }'],
  ['a decorator before export', 'a.ts', '@d export class A {}'],
  ['a decorator after export', 'a.ts', 'export @d class A {}'],
  ['using', 'a.ts', '{ using a = b(); }'],
  ['import attributes', 'a.mts', 'import a from "./a.json" with { type: "json" };'],
  ['old import assertions', 'a.mjs', 'import a from "./a.json" assert { type: "json" };'],
  ['declarations', 'a.d.ts', 'declare const a: number; export default a;'],
  ['a hashbang', 'a.mjs', '#!/usr/bin/env node\na();'],
])('parses %s', (_, path, text) => {
  const { ast, problems } = parseSource(path, text);
  expect(problems).toEqual([]);
  expect(ast).not.toBeNull();
});

test.each([
  ['an open bracket', 'a.ts', '\n\nconst a = (1;', 'line 3', false],
  ['types in .mjs', 'a.mjs', 'let a: string;', 'line 1', false],
  ['with in a module', 'a.mts', 'with (a) { b(); }', 'line 1', true],
  ['a name declared twice', 'a.ts', 'let a = 1;\nlet a = 2;', 'line 2', true],
])('names the line of %s', (_, path, text, line, hasTree) => {
  const { ast, problems } = parseSource(path, text);
  expect(problems[0]).toContain(line);
  expect(ast !== null).toBe(hasTree);
});
