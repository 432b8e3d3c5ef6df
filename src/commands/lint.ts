import { Args, Flags } from '@oclif/core';
import { ExitCode } from '../errors/index.js';
import type { LintReport } from '../lint/index.js';
import { type Outcome, PlugsmithCommand, withEnv } from '../ui/index.js';

type Result = Pick<LintReport, 'version' | 'findings' | 'summary'>;

export default class Lint extends PlugsmithCommand<Result> {
  static override summary = 'Check plugins for slow loops, forbidden APIs and manifest mistakes';
  static override description =
    'Reads plugin folders, other folders and loose files; runs none of their code. Errors make it exit with 1, warnings only with --max-warnings.';
  static override examples = ['<%= config.bin %> lint', '<%= config.bin %> lint my_extractor --format json'];
  // Further paths follow the first one.
  static override strict = false;
  static override args = { path: Args.string({ description: 'folders and files to check (one or more); the current folder unless told' }) };
  static override flags = withEnv({
    format: Flags.option({ options: ['stylish', 'json'] as const, default: 'stylish' as const, description: 'how to write the findings; json is the same as --json' })(),
    'max-warnings': Flags.integer({ min: 0, description: 'exit with 1 when there are more warnings than this' }),
  });

  private text = '';

  protected async execute(): Promise<Outcome<Result>> {
    const { argv, flags } = await this.parse(Lint);
    if (flags.format === 'json') this.useJson();
    const { formatReport, lintPaths } = await import('../lint/index.js');
    const paths = argv.length > 0 ? argv.map(String) : ['.'];
    const report = await lintPaths(paths, { cwd: process.cwd() });
    const { version, findings, summary } = report;
    const tooMany = flags['max-warnings'] !== undefined && summary.warnings > flags['max-warnings'];
    this.text = formatReport(report, 'stylish', { colour: this.ui.theme.colour });
    if (tooMany) this.ui.warn(`${summary.warnings} warnings are more than --max-warnings ${flags['max-warnings']} allows.`);
    return { result: { version, findings, summary }, exitCode: summary.errors > 0 || tooMany ? ExitCode.findings : ExitCode.ok };
  }

  protected render(): string {
    return this.text;
  }
}
