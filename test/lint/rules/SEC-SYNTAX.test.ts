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
    ['elements that call a global', '/** @jsx process.binding */ export const x = <fs />;', 'page.tsx'],
    ['elements that call an alias', '/* @jsx p.binding */ const p: any = process; export const x = <fs />;', 'page.tsx'],
    ['fragments that name a global', '// @jsxFrag eval\nexport const x = <></>;', 'page.jsx'],
    ['elements of a module of text', '/** @jsxImportSource data:text/javascript,1// */ export const x = <p />;', 'page.tsx'],
  ])('%s', (_name, code, file) => {
    expect(places(code, file)).toEqual(['SEC-SYNTAX:1']);
  });

  test('code behind the terminator is scanned, on the line that people see', () => {
    expect(places('\n// note\u2028eval("1");')).toEqual(['SEC-SYNTAX:2', 'SEC-EVAL:2']);
  });
});

describe('SEC-SYNTAX leaves alone', () => {
  test.each<[name: string, code: string, file?: string]>([
    ['elements of a library', '/** @jsx h @jsxFrag React.Fragment */ import { h } from "preact"; export const x = <p />;', 'page.tsx'],
    ['elements of a package', '/** @jsxImportSource preact */ export const x = <p />;', 'page.tsx'],
    ['a comment about elements where there are none', '// @jsx eval\nexport const x = 1;'],
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
