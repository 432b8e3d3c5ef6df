import { Args, Flags } from '@oclif/core';
import { ExitCode } from '../errors/index.js';
import type { LintOptions, LintReport, ReportFormat, RuleMeta } from '../lint/index.js';
import { formatTable, type Outcome, plural, PlugsmithCommand, withEnv } from '../ui/index.js';

type Findings = Pick<LintReport, 'version' | 'findings' | 'summary'>;
interface RuleList {
  rules: RuleMeta[];
}
interface Explanation {
  rule: RuleMeta;
  /** Markdown. */
  page: string;
}
type Result = Findings | RuleList | Explanation;

const formats = ['stylish', 'json', 'sarif', 'github', 'junit'] as const satisfies readonly ReportFormat[];

export default class Lint extends PlugsmithCommand<Result> {
  static override summary = 'Check plugins for slow loops, forbidden APIs and manifest mistakes';
  static override description =
    'Reads plugin folders, other folders and loose files; runs none of their code. Errors make it exit with 1, warnings only with --max-warnings.';
  static override examples = [
    '<%= config.bin %> lint',
    '<%= config.bin %> lint my_extractor --format json',
    '<%= config.bin %> lint --rule SEQ001=warn --max-warnings 0',
    '<%= config.bin %> lint --explain SEQ002',
  ];
  // Further paths follow the first one.
  static override strict = false;
  static override args = { path: Args.string({ description: 'folders and files to check (one or more); the current folder unless told' }) };
  static override flags = withEnv({
    format: Flags.option({ options: formats, default: 'stylish' as const, description: 'how to write the findings; json is the same as --json' })(),
    'max-warnings': Flags.integer({ min: 0, description: 'exit with 1 when there are more warnings than this' }),
    rule: Flags.string({ multiple: true, multipleNonGreedy: true, helpValue: 'ID=LEVEL', description: 'off, warn or error for one rule; repeatable' }),
    fix: Flags.boolean({ description: 'mend what can be mended without a doubt' }),
    rules: Flags.boolean({ description: 'list all rules' }),
    explain: Flags.string({ helpValue: 'ID', description: "show a rule's page" }),
  });

  private text = '';

  protected async execute(): Promise<Outcome<Result>> {
    const { argv, flags } = await this.parse(Lint);
    if (flags.format === 'json') this.useJson();
    if (flags.rules) return this.list();
    if (flags.explain !== undefined) return this.explain(flags.explain);
    const { fixPaths, formatReport, lintPaths, parseLevels, rules } = await import('../lint/index.js');
    const paths = argv.length > 0 ? argv.map(String) : ['.'];
    const options: LintOptions = { cwd: process.cwd(), rules: parseLevels(flags.rule ?? []) };
    const { report, fixed, files } = flags.fix ? await fixPaths(paths, options) : { report: await lintPaths(paths, options), fixed: 0, files: [] };
    if (fixed > 0) this.ui.note(`Fixed ${plural(fixed, 'place')} in ${plural(files.length, 'file')}.`);
    const { version, findings, summary } = report;
    const tooMany = flags['max-warnings'] !== undefined && summary.warnings > flags['max-warnings'];
    this.text = formatReport(report, flags.format, { colour: this.ui.theme.colour, tool: { version: this.config.version, rules } });
    if (tooMany) this.ui.warn(`${summary.warnings} warnings are more than --max-warnings ${flags['max-warnings']} allows.`);
    return { result: { version, findings, summary }, exitCode: summary.errors > 0 || tooMany ? ExitCode.findings : ExitCode.ok };
  }

  private async list(): Promise<Outcome<RuleList>> {
    const { rules } = await import('../lint/index.js');
    const row = ({ id, severity, summary }: RuleMeta): string[] => [id, severity === 'warn' ? 'warning' : 'error', summary];
    this.text = formatTable([{ title: 'rule' }, { title: 'severity' }, { title: 'what it asks' }], rules.map(row));
    return { result: { rules: [...rules] } };
  }

  private async explain(id: string): Promise<Outcome<Explanation>> {
    const { explainRule, formatPage } = await import('../lint/index.js');
    const { rule, page } = explainRule(id);
    this.text = formatPage(page, this.ui.theme.colour);
    return { result: { rule, page } };
  }

  protected render(): string {
    return this.text;
  }
}
