import type { Check, Status } from '../doctor/index.js';
import { ExitCode } from '../errors/index.js';
import { indent, type Outcome, plural, PlugsmithCommand } from '../ui/index.js';

interface Result {
  /** False where a check failed; warnings leave it true. */
  ok: boolean;
  checks: Check[];
}

export default class Doctor extends PlugsmithCommand<Result> {
  static override summary = 'Look at this machine: Node, native modules, storage, sandbox layers, Python';
  static override description =
    'Tries things rather than asking for versions, and says what to do about each finding. Changes nothing. Exits with 1 when something that Plugsmith needs does not work.';
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --json'];

  protected async execute(): Promise<Outcome<Result>> {
    await this.parse(Doctor);
    const { runChecks } = await import('../doctor/index.js');
    const terminal = { stdin: process.stdin.isTTY === true, stdout: process.stdout.isTTY === true };
    const checks = await runChecks({ env: process.env, terminal });
    const ok = checks.every(({ status }) => status !== 'fail');
    return { result: { ok, checks }, exitCode: ok ? ExitCode.ok : ExitCode.findings };
  }

  protected render({ checks }: Result): string {
    const { theme } = this.ui;
    const marks: Record<Status, string> = { ok: theme.good('ok   '), warn: theme.warn('warn '), fail: theme.error('fail ') };
    const line = ({ name, status, finding, remedy }: Check): string =>
      `  ${marks[status]} ${name}: ${indent(finding, 8).trimStart()}${remedy === undefined ? '' : `\n${indent(`${theme.dim('Next:')} ${remedy}`, 8)}`}`;
    const groups = [...new Set(checks.map(({ group }) => group))];
    const blocks = groups.map((group) => [theme.bold(group), ...checks.filter((check) => check.group === group).map(line)].join('\n'));
    const count = (status: Status): number => checks.filter((check) => check.status === status).length;
    return [...blocks, `${plural(checks.length, 'check')}: ${count('ok')} ok, ${count('warn')} to know about, ${count('fail')} failed.`].join('\n\n');
  }
}
