/** Every manifest rule has a page and a test, and the examples of the page are what they say they are. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { pluginRules, rules } from '../../../src/lint/rules/man/index.js';
import { checkManifest } from '../../../src/manifest/index.js';
import { defineManifest, z } from '../../../src/sdk/manifest.js';
import { lintManifest, places } from './MAN.helpers.js';
import { lintPython } from './MAN-PY.helpers.js';

const aboutFolders = ['MAN-FILES', 'MAN-REALTIME'];
const onlyTypeScript = ['MAN-DEFINE'];

function examples(page: string, kind: 'invalid' | 'valid', language = 'ts'): string[] {
  const blocks = [...page.matchAll(/^```(\w+) (\w+)\n([^]*?)^```$/gm)];
  return blocks.filter((match) => match[1] === language && match[2] === kind).map((match) => match[3] ?? '');
}

describe.each(rules.map(({ meta }) => meta))('$id', ({ id, severity, summary }) => {
  const path = `docs/rules/${id}.md`;

  it('has a page and a test', () => {
    expect([path, `test/lint/rules/${id}.test.ts`].filter((file) => !existsSync(file))).toEqual([]);
  });

  it('has a page that names it and its severity', () => {
    const page = readFileSync(path, 'utf8');
    expect(page).toMatch(new RegExp(`^# ${id}\n`));
    expect(page).toContain(`Severity: ${severity === 'warn' ? 'warning' : 'error'}.`);
    expect(summary).not.toBe('');
  });

  it('says how it is in Python', () => expect(readFileSync(path, 'utf8')).toContain('\n## Python\n'));

  if (aboutFolders.includes(id)) return;
  it('has examples that hold', () => {
    const page = readFileSync(path, 'utf8');
    const [invalid, valid] = [examples(page, 'invalid'), examples(page, 'valid')];
    expect([invalid.length, valid.length].every((count) => count > 0)).toBe(true);
    for (const code of invalid) expect(lintManifest(code).map(({ rule }) => rule)).toContain(id);
    for (const code of valid) expect(places(lintManifest(code))).toEqual([]);
  });

  if (onlyTypeScript.includes(id)) return;
  it('has examples in Python that hold', () => {
    const page = readFileSync(path, 'utf8');
    const [invalid, valid] = [examples(page, 'invalid', 'python'), examples(page, 'valid', 'python')];
    expect([invalid.length, valid.length].every((count) => count > 0)).toBe(true);
    for (const code of invalid) expect(lintPython(code).map(({ rule }) => rule)).toContain(id);
    for (const code of valid) expect(places(lintPython(code))).toEqual([]);
  });
});

/** The default export of an example, evaluated. */
function evaluate(code: string): unknown {
  const { code: commonJs } = transformSync(code, { loader: 'ts', format: 'cjs' });
  const module = { exports: {} as { default?: unknown } };
  new Function('module', 'require', commonJs)(module, () => ({ defineManifest, z }));
  return module.exports.default;
}

it('say the same of an example as the check of the evaluated manifest', () => {
  const pages = rules.map(({ meta }) => readFileSync(`docs/rules/${meta.id}.md`, 'utf8'));
  const all = pages.flatMap((page) => [...examples(page, 'invalid'), ...examples(page, 'valid')]);
  expect(all.length).toBeGreaterThan(40);
  for (const code of all) {
    const linted = lintManifest(code).filter(({ rule }) => rule !== 'MAN-DEFINE');
    const evaluated = checkManifest(evaluate(code));
    expect(linted.map(({ rule }) => rule).sort()).toEqual(evaluated.map(({ rule }) => rule).sort());
  }
});

it('are all listed in the reference of the manifest, whose example is valid', () => {
  const reference = readFileSync('docs/manifest.md', 'utf8');
  for (const { meta } of rules) expect(reference).toContain(`| [${meta.id}](rules/${meta.id}.md) | ${meta.summary}`);
  expect(examples(reference, 'valid').map((code) => lintManifest(code))).toEqual([[]]);
});

it('has no page without a rule', () => {
  const pages = readdirSync('docs/rules').filter((name) => name.startsWith('MAN-'));
  expect(pages.map((name) => name.replace('.md', '')).sort()).toEqual([...rules, ...pluginRules].map(({ meta }) => meta.id).sort());
});
