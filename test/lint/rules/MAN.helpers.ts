/** Runs the manifest rules over source text, as the engine does: one parse, every rule. */
import { parse } from '@babel/parser';
import { expect, it } from 'vitest';
import type { Report } from '../../../src/lint/rule.js';
import { rules } from '../../../src/lint/rules/man/index.js';

export type Found = Report & { rule: string };

export function lintManifest(text: string, path = 'manifest.ts'): Found[] {
  const ast = parse(text, { sourceType: 'module', plugins: ['typescript'] });
  const found: Found[] = [];
  for (const rule of rules) {
    const visitor = rule.create({ path, text, ast }, (report) => found.push({ rule: rule.meta.id, ...report }));
    if (typeof visitor.Program === 'function') (visitor.Program as () => void)();
  }
  return found;
}

/** `rule line:column` of each finding. */
export function places(found: Found[]): string[] {
  return found.map(({ rule, at }) => (at !== null && 'line' in at ? `${rule} ${at.line}:${at.column}` : `${rule} file`));
}

/** The text with every fix applied, from the last to the first. */
export function fixed(text: string): string {
  const fixes = lintManifest(text).flatMap(({ fix }) => (fix ? [fix] : []));
  return fixes.sort((a, b) => b.start - a.start).reduce((result, fix) => result.slice(0, fix.start) + fix.text + result.slice(fix.end), text);
}

const fields: Readonly<Record<string, string>> = {
  feature_extractor_name: `'my_extractor'`,
  version: `'1.0.0'`,
  input_schema: `z.object({ text: z.string() })`,
  output_schema: `z.object({ my_embedding: z.array(z.number()).length(384) })`,
  features: `[{ feature_type: 'embedding', feature_name: 'my_embedding', embedding_dim: 384, distance_metric: 'cosine' }]`,
};

/** A whole manifest, one field a line from line 3 on, with the given fields (source text) in place of the usual ones; `null` leaves one out. */
export function manifest(changes: Record<string, string | null> = {}): string {
  const entries = Object.entries({ ...fields, ...changes }).filter(([, source]) => source !== null);
  const lines = entries.map(([key, source]) => `  ${key}: ${source},`);
  return [`import { defineManifest, z } from 'plugsmith/manifest';`, 'export default defineManifest({', ...lines, '});', ''].join('\n');
}

/** One feature, with changes; `null` leaves a key out. */
export function feature(changes: Record<string, string | null>): string {
  const usual = { feature_type: `'embedding'`, feature_name: `'my_embedding'`, embedding_dim: '384', distance_metric: `'cosine'` };
  const entries = Object.entries({ ...usual, ...changes }).filter(([, source]) => source !== null);
  return `{ ${entries.map(([key, source]) => `${key}: ${source}`).join(', ')} }`;
}

export interface Invalid {
  code: string;
  /** `line:column` of each finding of the rule, or `file`. */
  at: string[];
  /** The source after the rule's fixes, where it has any. */
  fixed?: string;
}

/** A rule's table: valid sources give no finding of any rule; invalid ones give those of this rule at these places. */
export function table(rule: string, cases: { valid: Record<string, string>; invalid: Record<string, Invalid> }): void {
  for (const [name, code] of Object.entries(cases.valid)) {
    it(`${rule} allows ${name}`, () => expect(places(lintManifest(code))).toEqual([]));
  }
  for (const [name, { code, at, fixed: expected }] of Object.entries(cases.invalid)) {
    it(`${rule} refuses ${name}`, () => {
      const found = lintManifest(code).filter((finding) => finding.rule === rule);
      expect(places(found)).toEqual(at.map((place) => `${rule} ${place}`));
      for (const { message, why, next } of found) for (const text of [message, why, next]) expect(text).toMatch(/^\S.*[.?]$/s);
      if (expected === undefined) expect(found.filter(({ fix }) => fix)).toEqual([]);
      else expect(fixed(code)).toBe(expected);
    });
  }
}
