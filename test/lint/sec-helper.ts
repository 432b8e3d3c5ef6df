/** Runs the forbidden-API scan, and nothing else of lint, over a text. */
import { dirname, isAbsolute } from 'node:path';
import { parse, type ParserPlugin } from '@babel/parser';
import type { SourceFile } from '../../src/lint/rule.js';
import { rules } from '../../src/lint/rules/sec/index.js';
import { visitTree } from '../../src/lint/syntax/index.js';
import { LineIndex } from '../../src/lint/text.js';

export interface Found {
  rule: string;
  line: number | null;
  message: string;
  why: string;
  next: string;
}

/** Findings of all SEC syntax rules; `path` decides how the text is parsed. */
export function scan(text: string, path = 'plugin/core.ts'): Found[] {
  const ast = parse(text, {
    sourceType: 'unambiguous',
    // `with` in a file that could be a module is an error of that kind; the rules still see the tree.
    errorRecovery: true,
    allowReturnOutsideFunction: true,
    plugins: ['decorators', 'decoratorAutoAccessors', ...languageOf(path)],
  });
  const lines = new LineIndex(text);
  const file: SourceFile = { path, ...(isAbsolute(path) && { cwd: dirname(path) }), text, ast };
  const findings: Found[] = [];
  const parts = rules.map((rule) => [rule, rule.create(file, ({ at, message, why, next }) => {
    const line = at === null ? null : 'line' in at ? at.line : lines.position(at.start ?? 0).line;
    findings.push({ rule: rule.meta.id, line, message, why, next });
  })] as const);
  visitTree(ast, parts, (_rule, handler, path) => handler(path));
  return findings;
}

function languageOf(path: string): ParserPlugin[] {
  if (/\.d\.ts$/.test(path)) return [['typescript', { dts: true }]];
  if (/\.tsx$/.test(path)) return ['typescript', 'jsx'];
  return /ts$/.test(path) ? ['typescript'] : ['jsx'];
}

/** `RULE:line` of each finding, in the order of lines. */
export function places(text: string, path?: string): string[] {
  return scan(text, path).sort((a, b) => (a.line ?? 0) - (b.line ?? 0)).map(({ rule, line }) => `${rule}:${line}`);
}
