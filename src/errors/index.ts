/**
 * The one error type every room throws when something the user can understand went wrong.
 * A leaf: it imports nothing, so every room may import it. Presentation is the `ui` room's work.
 */

/** Exit codes of the `plugin` command, one table for every command (shown in `--help`). */
export const ExitCode = {
  /** Done. */
  ok: 0,
  /** The command ran, and found something: lint findings, failed rows, failed tests. */
  findings: 1,
  /** Could not run: wrong usage, bad input, a broken plugin or installation. */
  cannotRun: 2,
  /** The host refused, failed or cannot be reached. */
  host: 3,
  /** Gave up waiting; the message names the command that resumes. */
  gaveUp: 4,
  /** Interrupted by the user. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface FailureOptions {
  /** Stable machine-readable identifier, kebab-case, e.g. `input-not-found`. */
  code: string;
  /** What is wrong, one sentence, naming file, line or value. */
  message: string;
  /** Why it matters. */
  why?: string;
  /** What to do next; a command where there is one. */
  next?: string;
  /** Structured facts for `--json`. Must survive JSON.stringify. */
  details?: Record<string, unknown>;
  exitCode?: ExitCode;
  cause?: unknown;
}

/** An expected failure with everything a person needs: what is wrong, why it matters, what to do next. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: string;
  readonly why: string | undefined;
  readonly next: string | undefined;
  readonly details: Record<string, unknown> | undefined;
  readonly exitCode: ExitCode;

  constructor(options: FailureOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.why = options.why;
    this.next = options.next;
    this.details = options.details;
    this.exitCode = options.exitCode ?? ExitCode.cannotRun;
  }
}

/** The `code` of a Node system error (`ENOENT`, ...), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The message of anything thrown, since JavaScript lets code throw anything. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What `JSON.parse` says is wrong, without the line and column that newer versions of Node add: they count within the text alone. */
export function jsonMessageOf(error: unknown): string {
  return messageOf(error).replace(/\s+/g, ' ').replace(/ \(line \d+ column \d+\)$/, '');
}
