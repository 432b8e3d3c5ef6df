/** Tables for the rules on the realtime service: plugin folders that exist for the time of a test. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lintPaths } from '../../../src/lint/index.js';
import { manifest } from './MAN.helpers.js';

export { manifest } from './MAN.helpers.js';

export interface RealtimeCase {
  name: string;
  /** Of realtime.ts; a text without `class` is the body of runInference. */
  code: string;
  /** `null` for a finding on the file as a whole. */
  lines?: (number | null)[];
  manifest?: string;
}

/** The same for realtime.py; a text without `class` is the body of run_inference, from line 3 on. */
export type PythonRealtimeCase = Omit<RealtimeCase, 'manifest'> & { features?: readonly string[] };

/** A manifest with two features. */
export const twoFeatures = manifest({
  output_schema: 'z.object({ text_embedding: z.array(z.number()).length(4), image_embedding: z.array(z.number()).length(4) })',
  features: `[${['text_embedding', 'image_embedding'].map((name) => `{ feature_type: 'embedding', feature_name: '${name}', embedding_dim: 4, distance_metric: 'cosine' }`).join(', ')}]`,
});

/** `rule:line` of every finding of the families RT and SEC-UNREADABLE in a folder with these files. */
export async function lintFiles(files: Record<string, string>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'plugsmith-rt-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
    const { findings } = await lintPaths(['.'], { cwd: root });
    return findings.filter(({ rule }) => /^(RT-|SEC-UNREADABLE)/.test(rule)).map(({ rule, line }) => `${rule}:${line}`);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** The body starts on line 3. */
function service(body: string): string {
  return body.includes('class') ? body : `export class InferenceService {\n  async runInference(inputs, parameters) {\n${body}\n  }\n}\n`;
}

/** A manifest.py with these features. */
export function pythonManifest(features: readonly string[] = ['my_embedding']): string {
  const entry = (name: string) => `{"feature_type": "embedding", "feature_name": "${name}", "embedding_dim": 4, "distance_metric": "cosine"}`;
  return `feature_extractor_name = "my_extractor"\nversion = "1.0.0"\nfeatures = [${features.map(entry).join(', ')}]\n`;
}

function pythonService(code: string): string {
  if (code.includes('class')) return code;
  return ['class InferenceService(BaseInferenceService):', '    async def run_inference(self, inputs, parameters):', ...code.split('\n').map((line) => `        ${line}`), ''].join('\n');
}

/** One test per case, and one for each example of the rule's page, in both languages. */
export function realtimeTable(rule: string, cases: readonly RealtimeCase[], python: readonly PythonRealtimeCase[]): void {
  test.each(cases.map((one) => [one.name, one] as const))(`${rule}: %s`, async (_, { code, lines, manifest: own }) => {
    const found = await lintFiles({ 'manifest.ts': own ?? manifest(), 'pipeline.ts': '', 'realtime.ts': service(code) });
    expect(found).toEqual((lines ?? []).map((line) => `${rule}:${line}`));
  });

  test.each(python.map((one) => [one.name, one] as const))(`${rule} in Python: %s`, async (_, { code, lines, features }) => {
    const found = await lintFiles({ 'manifest.py': pythonManifest(features), 'pipeline.py': '', 'realtime.py': pythonService(code) });
    expect(found).toEqual((lines ?? []).map((line) => `${rule}:${line}`));
  });

  describe(`the page of ${rule}`, () => {
    const page = readFileSync(`docs/rules/${rule}.md`, 'utf8');
    const beside = /^```ts file=manifest\.ts\n([^]*?)^```$/m.exec(page)?.[1] ?? manifest();
    const besidePython = /^```python file=manifest\.py\n([^]*?)^```$/m.exec(page)?.[1] ?? pythonManifest();
    const examples = [...page.matchAll(/^```(?:ts|python) (invalid|valid) file=(realtime\.(?:ts|py))\n([^]*?)^```$/gm)].map(([, kind, file, code]) => ({ kind, file: file as string, code: code as string }));

    test('has examples of both kinds in both languages', () => {
      expect(new Set(examples.map(({ kind, file }) => `${file} ${kind}`))).toEqual(new Set(['realtime.ts invalid', 'realtime.ts valid', 'realtime.py invalid', 'realtime.py valid']));
    });
    test.each(examples)('$file, $kind: $code', async ({ kind, file, code }) => {
      const own: Record<string, string> = file.endsWith('.py') ? { 'manifest.py': besidePython, 'pipeline.py': '' } : { 'manifest.ts': beside, 'pipeline.ts': '' };
      const found = await lintFiles({ ...own, [file]: code });
      expect([...new Set(found.map((one) => one.split(':')[0]))]).toEqual(kind === 'invalid' ? [rule] : []);
    });
  });
}
