/** Mends what can be mended without a doubt: replaces text in files, and nothing else in them. */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure, messageOf, systemCode } from '../errors/index.js';
import { replaceFile } from '../files/index.js';
import { isCode } from './files.js';
import type { Fix, LintReport } from './finding.js';
import { isPython } from './extensions.js';
import { parseSource } from './parse.js';
import { type LintOptions, lintPaths } from './project.js';
import { pythonParser } from './python/index.js';
import { decodeSource } from './text.js';

/** One fix may lay bare what the next one mends; two rules that undo each other must not go on for ever. */
const maxPasses = 10;

export interface FixResult {
  /** What is left. */
  report: LintReport;
  /** How many places were changed. */
  fixed: number;
  /** Reported paths of the changed files, sorted. */
  files: string[];
}

/**
 * Lints, applies the fixes of what was found, and lints again, until there is nothing to apply.
 * Suppressed findings are left alone, and so are files that could not be scanned.
 *
 * @throws Failure `lint-fix-unwritable` when a file cannot be written, and what `lintPaths` throws.
 */
export async function fixPaths(paths: readonly string[], options: LintOptions): Promise<FixResult> {
  const files = new Set<string>();
  let fixed = 0;
  let report = await lintPaths(paths, options);
  for (let pass = 0; pass < maxPasses; pass++) {
    const before = fixed;
    for (const [file, fixes] of fixesOf(report)) {
      const applied = fixFile(resolve(options.cwd, file), report.sources.get(file) ?? '', fixes);
      if (applied > 0) files.add(file);
      fixed += applied;
    }
    if (fixed === before) break;
    report = await lintPaths(paths, options);
  }
  return { report, fixed, files: [...files].sort() };
}

/**
 * Applies fixes to a text, from the bottom up. Of fixes that overlap, or that insert at one place, the first is
 * applied and the others are left for another pass.
 */
export function applyFixes(text: string, fixes: readonly Fix[]): { text: string; applied: number } {
  const chosen: Fix[] = [];
  for (const fix of [...fixes].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = chosen.at(-1);
    if (!last || fix.start > last.end || (fix.start === last.end && fix.end > fix.start && last.end > last.start)) chosen.push(fix);
  }
  const mended = chosen.reduceRight((rest, { start, end, text: put }) => rest.slice(0, start) + put + rest.slice(end), text);
  return { text: mended, applied: chosen.length };
}

function fixesOf(report: LintReport): Map<string, Fix[]> {
  const broken = new Set(report.findings.filter(({ rule }) => rule === 'SEC-UNREADABLE').map(({ file }) => file));
  const byFile = new Map<string, Fix[]>();
  for (const { file, fix, suppressed } of report.findings) {
    if (fix && !suppressed && !broken.has(file) && isCode(file)) byFile.set(file, [...(byFile.get(file) ?? []), fix]);
  }
  return byFile;
}

/** @returns how many fixes were applied; none when the file has changed meanwhile, or would not parse afterwards. */
function fixFile(path: string, linted: string, fixes: readonly Fix[]): number {
  const bytes = readFileSync(path);
  const { text, problem } = decodeSource(bytes);
  if (problem !== null || text !== linted) return 0;
  const mended = applyFixes(text, fixes);
  if (mended.text === text || !parses(path, mended.text)) return 0;
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  try {
    // Replacing a file by renaming would get past its own write protection.
    accessSync(path, constants.W_OK);
    replaceFile(path, `${hasMark ? '\uFEFF' : ''}${mended.text}`, { mode: statSync(path).mode & 0o7777, durable: true });
  } catch (error) {
    throw new Failure({
      code: 'lint-fix-unwritable',
      message: `The file "${path}" cannot be changed (${systemCode(error) ?? messageOf(error)}).`,
      why: 'Its findings have a fix, and the fix could not be written. Files before it are fixed.',
      next: 'Check its permissions, or run lint without --fix.',
      cause: error,
    });
  }
  return mended.applied;
}

function parses(path: string, text: string): boolean {
  return isPython(path) ? pythonParser().parse(text).firstError === null : parseSource(path, text).problems.length === 0;
}
