import { describe, expect, test } from 'vitest';
import { places } from '../sec-helper.js';

const SCRIPT = 'plugin/core.cjs';

describe('SEC-SYNTAX reports', () => {
  test.each<[name: string, code: string, file?: string]>([
    ['with', 'with (Math) { max(1, 2); }', SCRIPT],
    ['an opening HTML comment', '<!-- hidden(); ', SCRIPT],
    ['a closing HTML comment', '--> hidden();', SCRIPT],
    ['an HTML comment after code', 'var a = 1; <!-- hidden();', SCRIPT],
    ['an HTML-like operator in a module', 'let b = 1; export const c = 2 <!--b;'],
    ['U+2028 after a comment', '// note\u2028hidden();'],
    ['U+2029 after a comment', '// note\u2029hidden();'],
    ['a lone CR after a comment', '// note\rhidden();\n'],
  ])('%s', (_name, code, file) => {
    expect(places(code, file)).toEqual(['SEC-SYNTAX:1']);
  });

  test('code behind the terminator is scanned, on the line that people see', () => {
    expect(places('\n// note\u2028eval("1");')).toEqual(['SEC-SYNTAX:2', 'SEC-EVAL:2']);
  });
});

describe('SEC-SYNTAX leaves alone', () => {
  test.each<[name: string, code: string, file?: string]>([
    ['CRLF', '// note\r\nrun();\r\n'],
    ['CR throughout', '// note\rrun();\r'],
    ['U+2028 in a string', 'export const s = "a\u2028b";'],
    ['U+2028 at the end of a line', '// note\u2028\nrun();'],
    ['U+2028 and spaces at the end of a line', '// note\u2028  \nrun();'],
    ['U+2028 at the end of the file', '// note\u2028'],
    ['HTML in strings', 'export const s = "<!-- x -->"; export const t = `\n--> y`;', SCRIPT.replace('cjs', 'ts')],
    ['HTML in comments', '// <!-- x -->\n/*\n--> y\n*/'],
    ['counting down to zero', 'let n = 3; while (n --> 0) run();'],
    ['comparing with a negation', 'declare const a: any, b: any; export const c = a < !b;'],
    ['a method called with', 'export const b = [1].with(0, 2);'],
    ['import attributes', 'import x from "./x.json" with { type: "json" }; x;'],
  ])('%s', (_name, code, file) => {
    expect(places(code, file)).toEqual([]);
  });
});
