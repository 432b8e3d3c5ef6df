/**
 * Text files that are programs: a link, a rename or a loader that takes any name makes code of them. Prose does not
 * parse as a program, and a list of words calls nothing, so what is left is looked at as if it were named for code.
 */
import { extname } from 'node:path';
import type { Finding } from './finding.js';

/** Longer texts are data. */
const MAX_CHARS = 64 * 1024;
const LANGUAGES = ['.cjs', '.py'];
const DOES_SOMETHING = /\(|\bimport\b/;

/** Whether a file may be a program under a text's name. */
export function mayBeProgram(file: string): boolean {
  return extname(file).toLowerCase() === '.txt';
}

/** What a text would do that is forbidden, if it were run; nothing for a text that is no program. */
export async function programFindings(file: string, text: string): Promise<Finding[]> {
  if (text.length > MAX_CHARS || !DOES_SOMETHING.test(text)) return [];
  const { analyseText, loadPython } = await import('./heavy.js');
  const lines = text.split('\n');
  for (const extension of LANGUAGES) {
    if (extension === '.py') await loadPython();
    const { findings } = analyseText(`${file}${extension}`, text);
    const forbidden = findings.filter(({ rule }) => rule.startsWith('SEC-'));
    // A name alone does nothing: the line has to call or import.
    const real = forbidden.filter(({ line }) => DOES_SOMETHING.test(lines[(line ?? 0) - 1] ?? ''));
    if (forbidden.every(({ rule }) => rule !== 'SEC-UNREADABLE') && real.length > 0) return real.map((finding) => ({ ...finding, file }));
  }
  return [];
}
