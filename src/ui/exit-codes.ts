/** The one table of exit codes, as people read it in `--help`. */
import { ExitCode } from '../errors/index.js';

const meanings: readonly [ExitCode, string][] = [
  [ExitCode.ok, 'done'],
  [ExitCode.findings, 'the command ran and found something: findings, failed rows, failed tests'],
  [ExitCode.cannotRun, 'could not run: wrong usage, bad input, a broken plugin or installation'],
  [ExitCode.host, 'the host refused, failed or cannot be reached'],
  [ExitCode.gaveUp, 'gave up waiting; the message names the command that resumes'],
  [ExitCode.interrupted, 'interrupted'],
];

/** All exit codes with their meaning, one a line. */
export function exitTable(): string {
  return ['EXIT CODES', ...meanings.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`)].join('\n');
}
