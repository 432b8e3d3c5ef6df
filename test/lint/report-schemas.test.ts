/** SARIF and JUnit against their schemas, with validators of others. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import { formatReport, lintPaths, type LintReport, rules } from '../../src/lint/index.js';
import { folderOf, perRow } from './folder.helper.js';

const schemaOf = (name: string): string => readFileSync(new URL(`schemas/${name}`, import.meta.url), 'utf8');
const tool = { version: '1.2.3', rules };

const folders: Record<string, Record<string, string>> = {
  'nothing found': { 'a.ts': 'export const a = 1;\n' },
  'errors, warnings, a fix and a suppressed finding': {
    'a.ts': perRow, 'b.ts': '// plugin-lint-disable-next-line SEC-EVAL -- seen by <Ada> & "Bob"\neval("1");\n',
    'c.ts': '// plugin-lint-disable-next-line SEQ001\nexport const c = 1;\n', 'd.py': 'import subprocess\n',
    'manifest.ts': "import { defineManifest } from 'plugsmith/manifest';\nexport default defineManifest({ feature_extractor_name: 'x', version: '1.0.0', features: [{ feature_type: 'embedding', feature_name: 'e', embedding_dim: 3, distance_metric: 'l2' }] });\n",
  },
  'files that cannot be scanned, names and texts with signs': { 'a & b<>"\u0001.ts': 'const {', 'ü €.ts': 'eval("\ud83d\ude00\u0007");\n', 'x.py': 'a\0b' },
};

async function reportOf(files: Record<string, string>): Promise<LintReport> {
  return lintPaths(['.'], { cwd: await folderOf(files) });
}

describe.each(Object.entries(folders))('%s', (_name, files) => {
  test('is valid SARIF 2.1.0', async () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    formats.default(ajv);
    // It is of draft 4, and uses nothing that draft 7 reads in another way.
    const { $schema: _draft, id: _id, ...schema } = JSON.parse(schemaOf('sarif-2.1.0.json')) as Record<string, unknown>;
    const validate = ajv.compile(schema);
    const log = JSON.parse(formatReport(await reportOf(files), 'sarif', { colour: false, tool })) as { runs: { results: { level: string }[] }[] };
    expect(validate(log) ? [] : validate.errors).toEqual([]);
    expect(validate({ ...log, version: '2.0.0' })).toBe(false);
  });

  test('is valid JUnit XML', async () => {
    const text = formatReport(await reportOf(files), 'junit', { colour: false, tool });
    expect(xmlProblems(text)).toEqual([]);
    expect(xmlProblems(text.replace('<testcase name=', '<testcase title='))).not.toEqual([]);
  });
});

function xmlProblems(text: string): string[] {
  const schema = XmlDocument.fromString(schemaOf('junit.xsd'));
  const validator = XsdValidator.fromDoc(schema);
  try {
    const document = XmlDocument.fromString(text);
    try {
      validator.validate(document);
    } finally {
      document.dispose();
    }
    return [];
  } catch (error) {
    return [(error as Error).message];
  } finally {
    validator.dispose();
    schema.dispose();
  }
}
