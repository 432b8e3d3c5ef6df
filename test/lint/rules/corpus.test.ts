/**
 * Short programs, each with what must be found in it and nothing else. In `corpus/*.txt`, a line `=== EXTENSION NAME`
 * starts a program; `#! RULE` (`//! RULE`) at the end of a line asks for a finding there, of the family SEC where no rule is named;
 * `#~` marks another line on which such a finding may stand instead: an alias, a helper, the head of a loop.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { lintText, loadPython } from '../../../src/lint/index.js';

interface Program {
  name: string;
  path: string;
  text: string;
  expected: { rule: string; line: number }[];
  allowed: Set<number>;
}

const mark = /\s*(?:#|\/\/)([!~])\s*(\S*)\s*$/;

function read(part: string): Program {
  const [head = '', ...lines] = part.split('\n');
  const program: Program = { name: head, path: `processors/core.${head.split(' ', 1)[0]}`, text: '', expected: [], allowed: new Set() };
  const plain = lines.map((line, i) => {
    const [, kind, rule] = mark.exec(line) ?? [];
    if (kind === '!') program.expected.push({ rule: rule || 'SEC', line: i + 1 });
    if (kind === '~') program.allowed.add(i + 1);
    return line.replace(mark, '');
  });
  return { ...program, text: plain.join('\n') };
}

beforeAll(async () => void (await loadPython()));

const folder = new URL('corpus/', import.meta.url);

describe.each(readdirSync(folder))('%s', (file) => {
  const programs = readFileSync(new URL(file, folder), 'utf8').split(/^=== /m).slice(1).map(read);

  test('has programs with names of their own', () => {
    expect(programs.length).toBeGreaterThan(100);
    expect(new Set(programs.map(({ name }) => name)).size).toBe(programs.length);
  });

  test.each(programs.map((program) => [program.name, program] as const))('%s', (_, { path, text, expected, allowed }) => {
    const found = lintText(path, text)
      .filter(({ rule }) => /^(SEC|SEQ)/.test(rule))
      .map(({ rule, line }) => ({ rule: rule.startsWith('SEC-') ? 'SEC' : rule, line: line ?? 0 }));
    const missing = expected.filter((one) => !found.some(({ rule, line }) => rule === one.rule && (line === one.line || allowed.has(line))));
    const surplus = found.filter((one) => !allowed.has(one.line) && !expected.some(({ rule, line }) => rule === one.rule && line === one.line));
    expect({ missing, surplus }).toEqual({ missing: [], surplus: [] });
  });
});
