/** The ESLint plugin inside of the real ESLint. */
import parser from '@typescript-eslint/parser';
import { ESLint, type Linter } from 'eslint';
import { describe, expect, test } from 'vitest';
import plugsmith from '../../src/lint/eslint.js';
import { folderOf, perRow } from './folder.helper.js';

const typescript: Linter.Config = { files: ['**/*.ts'], languageOptions: { parser } };
const rule = { ...plugsmith.configs.recommended, files: ['**/*.js', '**/*.ts'] } as unknown as Linter.Config;

async function eslint(files: Record<string, string>, fix = false): Promise<ESLint.LintResult[]> {
  const cwd = await folderOf(files);
  return new ESLint({ cwd, fix, overrideConfigFile: true, overrideConfig: [typescript, rule] }).lintFiles(['.']);
}

const short = (results: ESLint.LintResult[]): string[] => results.flatMap(({ filePath, messages }) => messages.map(({ ruleId, line, column, message }) => `${filePath.split('/').at(-1)}:${line}:${column} ${ruleId} ${/\((\S+)\)$/.exec(message)?.[1]}`));

describe('in ESLint', () => {
  test('findings stand at their place, in JavaScript and TypeScript', async () => {
    const found = short(await eslint({ 'a.js': perRow, 'b.ts': `const a: number = 1;\n${perRow}`, 'c.ts': 'export const fine: number = 1;\n' }));
    expect(found).toEqual(['a.js:2:41 plugsmith/lint SEQ002', 'b.ts:3:41 plugsmith/lint SEQ002']);
  });

  test("directives of both are obeyed", async () => {
    const [ours, theirs] = ['plugin-lint-disable-next-line SEQ002', 'eslint-disable-next-line plugsmith/lint'].map((text) => perRow.replace('  for', `  // ${text}\n  for`)) as [string, string];
    expect(short(await eslint({ 'a.js': ours, 'b.js': theirs }))).toEqual([]);
  });

  test('fixes are applied', async () => {
    const feature = "{ feature_type: 'embedding', feature_name: 'e', embedding_dim: 3, distance_metric: 'l2' }";
    const text = `import { defineManifest } from 'plugsmith/manifest';\nexport default defineManifest({ feature_extractor_name: 'x', version: '1.0.0', features: [${feature}] });\n`;
    const [result] = await eslint({ 'manifest.ts': text }, true);
    expect(result?.output).toBe(text.replace("'l2'", "'euclid'"));
  });
});
