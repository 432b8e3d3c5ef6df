/**
 * An ESLint plugin, so that editors show our findings without an extension of their own. Its one rule runs our engine
 * on the text of the file: ESLint's tree is another one than ours, and is not looked at.
 *
 *   import plugsmith from 'plugsmith/eslint';
 *   export default [plugsmith.configs.recommended];
 */
import { relative } from 'node:path';
import { lintText } from './engine.js';
import type { Finding } from './finding.js';
import { extensionOf } from './extensions.js';

interface Position {
  line: number;
  /** From 0, as ESLint counts. */
  column: number;
}

interface Fixer {
  replaceTextRange(range: [number, number], text: string): unknown;
}

/** The part of ESLint's rule context that is used. */
export interface EslintContext {
  filename: string;
  cwd: string;
  sourceCode: { text: string };
  report(problem: {
    loc: { start: Position; end?: Position };
    message: string;
    fix?: (fixer: Fixer) => unknown;
  }): void;
}

const lint = {
  meta: {
    type: 'problem',
    fixable: 'code',
    docs: { description: 'Findings of plugin lint that concern one file' },
    schema: [],
  },
  create(context: EslintContext): { Program(): void } {
    return {
      Program() {
        for (const finding of lintText(nameOf(context), context.sourceCode.text)) {
          if (!finding.suppressed) context.report(problemOf(finding));
        }
      },
    };
  },
};

const plugin = {
  meta: { name: 'plugsmith' },
  rules: { lint },
};

/** Rules that compare several files need `plugin lint`; so do Python files. */
export const eslintPlugin = {
  ...plugin,
  configs: {
    recommended: {
      name: 'plugsmith/recommended',
      files: ['**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}'],
      plugins: { plugsmith: plugin },
      rules: { 'plugsmith/lint': 'error' },
    },
  },
};

// oxlint-disable-next-line import/no-default-export -- ESLint plugins are default exports.
export { eslintPlugin as default };

// Text that has no file yet is taken for TypeScript.
function nameOf({ filename, cwd }: EslintContext): string {
  const name = relative(cwd, filename);
  return extensionOf(name) === '' ? `${name}.ts` : name;
}

function problemOf({ rule, line, column, endLine, endColumn, message, why, next, fix }: Finding) {
  const start = { line: line ?? 1, column: (column ?? 1) - 1 };
  const end = endLine === null || endColumn === null ? {} : { end: { line: endLine, column: endColumn - 1 } };
  const problem = { loc: { start, ...end }, message: `${message} ${why} ${next} (${rule})` };
  return fix ? { ...problem, fix: (fixer: Fixer) => fixer.replaceTextRange([fix.start, fix.end], fix.text) } : problem;
}
