/** Runs the manifest rules over the text of a manifest.py, as the engine does. */
import { expect, it } from 'vitest';
import { loadPython } from '../../../src/lint/python/index.js';
import type { Report } from '../../../src/lint/rule.js';
import { checkPythonManifest } from '../../../src/lint/rules/man/index.js';

export type Found = Report & { rule: string };

const parser = await loadPython();

export function lintPython(text: string, path = 'manifest.py'): Found[] {
  return [...checkPythonManifest({ path, tree: parser.parse(text) })].map(({ rule, report }) => ({ rule: rule.id, ...report }));
}

/** `rule line:column` of each finding. */
export function places(found: Found[]): string[] {
  return found.map(({ rule, at }) => (at !== null && 'line' in at ? `${rule} ${at.line}:${at.column}` : `${rule} file`));
}

/** The text with every fix applied, from the last to the first. */
export function fixed(text: string): string {
  const fixes = lintPython(text).flatMap(({ fix }) => (fix ? [fix] : []));
  return fixes.sort((a, b) => b.start - a.start).reduce((result, fix) => result.slice(0, fix.start) + fix.text + result.slice(fix.end), text);
}

/** Name and version on lines 1 and 2, then the given lines. */
export function plugin(...lines: string[]): string {
  return ['feature_extractor_name = "my_extractor"', 'version = "1.0.0"', ...lines, ''].join('\n');
}

/** The four keys of a feature as they are written between the braces. */
export const four = '"feature_type": "embedding", "feature_name": "my_embedding", "embedding_dim": 384, "distance_metric": "cosine"';

/** Sources without any finding. */
export function allows(cases: Record<string, string>): void {
  for (const [name, code] of Object.entries(cases)) {
    it(`allows ${name}`, () => expect(lintPython(code).map(({ rule, message }) => `${rule} ${message}`)).toEqual([]));
  }
}

/** Sources with exactly these findings; the third is the source after the fixes, where there are any. */
export function refuses(cases: Record<string, readonly [code: string, at: string[], fixed?: string]>): void {
  for (const [name, [code, at, expected]] of Object.entries(cases)) {
    it(`refuses ${name}`, () => {
      const found = lintPython(code);
      expect(places(found)).toEqual(at);
      for (const { message, why, next } of found) {
        for (const text of [message, why, next]) expect(text).toMatch(/^\S.*[.?]$/s);
        expect(`${message} ${next}`).not.toMatch(/z\.|defineManifest|\.ts\b|\bnull\b|\{ \w+:/);
      }
      expect(fixed(code)).toBe(expected ?? code);
    });
  }
}
