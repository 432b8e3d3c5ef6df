/** Runs lint over Python text and keeps the security findings. */
import { lintText, loadPython, type Finding } from '../../../src/lint/index.js';

await loadPython();

export function findings(text: string, path = 'processors/core.py'): Finding[] {
  return lintText(path, text).filter((finding) => finding.rule.startsWith('SEC-'));
}

/** `RULE:line` of each finding, in the order of lines, each once. */
export function places(text: string): string[] {
  return [...new Set(findings(text).map(({ rule, line }) => `${rule}:${line}`))];
}
