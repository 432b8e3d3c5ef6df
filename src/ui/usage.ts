/** Errors of the argument parser, told as ours: what is wrong and what was probably meant. Pure. */
import { distance } from 'fastest-levenshtein';
import { ExitCode, Failure } from '../errors/index.js';

/** The parts of oclif's errors that we read. They differ by class; there is no common field but the message. */
interface ParserError extends Error {
  flags?: string[];
  args?: unknown[];
  parse?: { input?: { flags?: Record<string, unknown> } };
  oclif?: unknown;
}

/** A usage failure for an error of oclif, or null for anything else. */
export function usageFailure(error: unknown): Failure | null {
  if (!(error instanceof Error) || !('oclif' in error)) return null;
  const { flags, parse } = error as ParserError;
  const message = clean(error.message);
  const known = Object.keys(parse?.input?.flags ?? {}).map((name) => `--${name}`);
  if (/^Nonexistent flag/.test(message) && Array.isArray(flags)) return unknownFlag(flags, known);
  return new Failure({ code: 'usage', message: sentence(message), next: 'See the command\'s own page: add --help', exitCode: ExitCode.cannotRun });
}

function unknownFlag(flags: string[], known: string[]): Failure {
  const first = (flags[0] ?? '').split('=', 1)[0] ?? '';
  const meant = closest(first, known);
  return new Failure({
    code: 'unknown-flag',
    message: flags.length === 1 ? `There is no flag ${first}.` : `There are no flags ${flags.join(', ')}.`,
    next: meant === null ? 'See which flags there are: add --help' : `Did you mean ${meant}?`,
    details: { flags, suggestion: meant },
  });
}

/** The failure for a command that does not exist. `known` are ids as typed: `host start`. */
export function unknownCommand(id: string, known: readonly string[]): Failure {
  const meant = closest(id, known);
  return new Failure({
    code: 'unknown-command',
    message: `There is no command "${id}".`,
    next: meant === null ? 'See which commands there are: plugin --help' : `Did you mean: plugin ${meant}`,
    details: { command: id, suggestion: meant },
  });
}

/** The nearest of `known`, if a slip of the finger explains the difference: one change, or one in three characters. */
function closest(word: string, known: readonly string[]): string | null {
  const ranked = known.map((candidate) => ({ candidate, away: transposed(word, candidate) ? 1 : distance(word, candidate) })).sort((a, b) => a.away - b.away);
  const best = ranked[0];
  if (best === undefined) return null;
  return best.away <= Math.max(1, Math.floor(word.replace(/^-+/, '').length / 3)) ? best.candidate : null;
}

/** Whether two neighbouring letters changed places (`rnu`), the commonest slip; the edit distance counts it as two changes. */
function transposed(word: string, other: string): boolean {
  const at = [...word].findIndex((letter, i) => letter !== other[i]);
  return at >= 0 && `${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}` === other;
}

/** Without the parser's own hint, colours and list headers. */
function clean(message: string): string {
  return message
    .replace(/\u001b\[[0-9;]*m/g, '')
    .replace(/\n?See more help with --help\s*$/, '')
    .replace(/^The following errors? occurred:\s*/, '')
    .trim();
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) || text.includes('\n') ? text : `${text}.`;
}
