/** From anything thrown to what a person or a program reads. Pure. */
import { ExitCode, Failure, messageOf, systemCode } from '../errors/index.js';
import { indent, printable } from './format.js';
import { interrupted } from './exit.js';
import type { Theme } from './theme.js';
import { usageFailure } from './usage.js';

/** The document on stdout of a command that failed, with `--json`. */
export interface ErrorDocument {
  error: { code: string; message: string; why: string | null; next: string | null; details?: Record<string, unknown> };
  exit_code: number;
}

/**
 * Makes a Failure of anything thrown. Ours stay as they are; wrong usage is explained; a prompt that was left is an
 * interruption; what the machine refuses is told as that; everything else is our own fault, and its stack is shown only
 * with `PLUGSMITH_DEBUG=1`.
 */
export function toFailure(error: unknown, env: NodeJS.ProcessEnv = process.env): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof Error && error.name === 'ExitPromptError') return interrupted();
  return usageFailure(error) ?? refusal(error) ?? internalFailure(error, env['PLUGSMITH_DEBUG'] === '1');
}

const ROOM = 'Make room on that disk, then run the command again.';
const RIGHT = 'Check who may write there, or name another folder, then run the command again.';
const FILES = 'Close other programs or raise the limit (ulimit -n), then run the command again.';

/** What a machine may refuse at any place where files are used, and what helps. */
const REFUSALS: Record<string, string> = {
  ENOSPC: ROOM, EDQUOT: ROOM, EROFS: RIGHT, EACCES: RIGHT, EPERM: RIGHT, EMFILE: FILES, ENFILE: FILES, EIO: 'Look whether the disk is sound.',
};

function refusal(error: unknown): Failure | null {
  const code = systemCode(error) ?? '';
  const next = Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  if (next === undefined) return null;
  return new Failure({ code: 'system-refused', message: `The system refuses what the command needs: ${messageOf(error)}.`, why: 'The command cannot go on without it.', next, details: { system: code }, cause: error });
}

function internalFailure(error: unknown, debug: boolean): Failure {
  const message = messageOf(error).split('\n', 1)[0] ?? '';
  const stack = error instanceof Error ? error.stack : undefined;
  return new Failure({
    code: 'internal',
    message: `Internal error: ${message}`,
    why: 'This is a fault of Plugsmith, not of your plugin or your input.',
    next: debug ? 'Please report it with the text below.' : 'Run the command again with PLUGSMITH_DEBUG=1 and report what it prints.',
    details: debug && stack !== undefined ? { stack } : undefined,
    exitCode: ExitCode.cannotRun,
    cause: error,
  });
}

/** A failure as JSON. */
export function errorDocument(failure: Failure): ErrorDocument {
  const { code, message, why, next, details, exitCode } = failure;
  return { error: { code, message, why: why ?? null, next: next ?? null, ...(details ? { details } : {}) }, exit_code: exitCode };
}

/** A failure as text: what, why, next. Ends without a line end. */
export function errorText(failure: Failure, theme: Theme): string {
  const [first = '', ...rest] = printable(failure.message).split('\n');
  const lines = [`${theme.error(failure.exitCode === ExitCode.interrupted ? 'stopped' : 'error')}  ${theme.bold(first)}`];
  if (rest.length > 0) lines.push(indent(rest.join('\n'), 7));
  if (failure.why) lines.push(labelled(theme.dim('Why:  '), failure.why));
  if (failure.next) lines.push(labelled(theme.dim('Next: '), failure.next));
  if (failure.code === 'internal' && typeof failure.details?.['stack'] === 'string') lines.push(theme.dim(indent(failure.details['stack'], 7)));
  return lines.join('\n');
}

/** Text after a label; its further lines start below its first. */
function labelled(label: string, text: string): string {
  return `       ${label}${indent(printable(text), 13).trimStart()}`;
}
