/** Tables for the rules that read a whole plugin, in both languages: folders that exist for the time of a test. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lintPaths } from '../../../src/lint/index.js';
import { manifest } from './MAN.helpers.js';

/** Files by name, and `file:line` of each finding of the rule; a lone line is one of the processor's. */
export type PluginCase = readonly [name: string, files: Record<string, string>, expected: readonly (string | number)[]];

/** A manifest.py with one feature, `my_embedding`; `lines` come last, and win. */
export function pythonManifest(...lines: string[]): string {
  return [
    'from pydantic import BaseModel',
    'feature_extractor_name = "my_extractor"',
    'version = "1.0.0"',
    'features = [{"feature_type": "embedding", "feature_name": "my_embedding", "embedding_dim": 4, "distance_metric": "cosine"}]',
    'class Input(BaseModel):',
    '    text: str',
    '    customer: str = ""',
    'input_schema = Input',
    'output_schema = {"my_embedding": {"type": "array", "items": {"type": "number"}}}',
    ...lines,
    '',
  ].join('\n');
}

/** The body of `process(batch)`, on line 3. */
export const step = (body: string) => `export class P {\n  process(batch) {\n    ${body}\n  }\n}\n`;

/** The body of `__call__(self, batch)`, from line 3 on. */
export const call = (...lines: string[]) => ['class P:', '    def __call__(self, batch):', ...lines.map((line) => `        ${line}`), ''].join('\n');

async function found(rule: string, files: Record<string, string>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'plugsmith-plugin-rules-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    const { findings } = await lintPaths(['.'], { cwd: root });
    return findings.filter((one) => one.rule === rule || one.rule === 'SEC-UNREADABLE').map(({ file, line }) => `${file}:${line}`);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** One test per case: plugins in TypeScript and in Python, with manifest and pipeline where the case has none of its own. */
export function pluginTable(rule: string, cases: Record<'ts' | 'py', readonly PluginCase[]>): void {
  const beside = {
    ts: { 'manifest.ts': manifest(), 'pipeline.ts': '' },
    py: { 'manifest.py': pythonManifest(), 'pipeline.py': '' },
  };
  for (const language of ['ts', 'py'] as const) {
    test.each(cases[language])(`${rule}, ${language}: %s`, async (_, files, expected) => {
      const lines = expected.map((one) => (typeof one === 'number' ? `processors/core.${language}:${one}` : one));
      expect(await found(rule, { ...beside[language], ...files })).toEqual(lines);
    });
  }

  describe(`the page of ${rule}`, () => {
    const page = readFileSync(`docs/rules/${rule}.md`, 'utf8');
    const blocks = [...page.matchAll(/^```(ts|python)( invalid| valid|) file=(\S+)\n([^]*?)^```$/gm)];
    const shared = (language: string) => Object.fromEntries(blocks.filter(([, own, kind]) => own === language && kind === '').map(([, , , file, code]) => [file as string, code as string]));
    const examples = blocks.filter(([, , kind]) => kind !== '').map(([, language, kind, file, code]) => ({ language: language as string, kind: (kind as string).trim(), file: file as string, code: code as string }));

    test('has examples of both kinds in both languages', () => {
      expect(new Set(examples.map(({ language, kind }) => `${language} ${kind}`))).toEqual(new Set(['ts invalid', 'ts valid', 'python invalid', 'python valid']));
    });
    test.each(examples)('$language, $kind: $code', async ({ language, kind, file, code }) => {
      const pipeline: Record<string, string> = language === 'ts' ? { 'pipeline.ts': '' } : { 'pipeline.py': '' };
      expect((await found(rule, { ...pipeline, ...shared(language), [file]: code })).length > 0).toBe(kind === 'invalid');
    });
  });
}
