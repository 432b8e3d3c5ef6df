/** The examples of the service's plugin guide, word for word: what lint says of each. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lintPaths } from '../../src/lint/index.js';

const seed = resolve(import.meta.dirname, '../fixtures/seed');

/** Examples that come with a manifest of the guide's own; the others have one that only makes them plugins. */
const whole: Record<string, string[]> = {
  // The guide calls the vector `embedding` in the schema, and `my_embedding` in features and code.
  my_extractor: ['DAT-SCHEMA manifest.py:10', 'MAN-OUTPUT-FEATURE manifest.py:34'],
  my_plugin: ['DAT-SCHEMA manifest.py:10', 'MAN-OUTPUT-FEATURE manifest.py:34'],
  // It names a service for queries that the example lacks, and promises a value that nothing writes.
  image_classifier: ['MAN-REALTIME manifest.py:17', 'DAT-SCHEMA manifest.py:22'],
  vlm_analyzer: [],
};

/** What is found in code without a manifest: only where the guide says WRONG. */
const parts: Record<string, string[]> = {
  core_rule_wrong: ['SEQ002 processors/core.py:12'],
};

async function found(cwd: string, paths: string[]): Promise<string[]> {
  const { findings } = await lintPaths(paths, { cwd });
  return findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`);
}

function code(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.py') && path !== 'manifest.py');
}

describe('examples of the guide', () => {
  const names = readdirSync(seed).sort();

  it('are all here', () => {
    expect(names.length).toBeGreaterThan(20);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(whole), ...Object.keys(parts)]));
  });

  it.each(Object.entries(whole))('%s with its manifest', async (name, expected) => {
    expect(await found(join(seed, name), ['.'])).toEqual(expected);
  });

  it.each(names.filter((name) => !(name in whole)))('%s', async (name) => {
    expect(await found(join(seed, name), code(join(seed, name)))).toEqual(parts[name] ?? []);
  });
});
