import { Args, Flags } from '@oclif/core';
import { ExitCode } from '../errors/index.js';
import type { Levels, LintConfig, LintOptions, LintReport, ReportFormat, RuleMeta } from '../lint/index.js';
import { formatTable, type Outcome, plural, PlugsmithCommand, withEnv } from '../ui/index.js';
import { expectFiles } from './shared/v8.js';

type Findings = Pick<LintReport, 'version' | 'findings' | 'summary'>;
interface RuleList {
  rules: RuleMeta[];
}
interface Explanation {
  rule: RuleMeta;
  /** Markdown. */
  page: string;
}
interface Configuration extends LintConfig {
  /** The level of every rule. */
  rules: Levels;
}
interface Written {
  /** Name of the new config file. */
  file: string;
}
type Result = Findings | RuleList | Explanation | Configuration | Written;

/** The flags that decide about a report. */
interface Chosen {
  format: ReportFormat;
  fix: boolean;
  'update-baseline': boolean;
  baseline?: string | undefined;
  'max-warnings'?: number | undefined;
}

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
    'max-warnings': Flags.integer({ helpValue: 'N', min: 0, description: 'exit with 1 when there are more warnings than this' }),
    rule: Flags.string({ multiple: true, multipleNonGreedy: true, helpValue: 'ID=LEVEL', description: 'off, warn or error for one rule; repeatable' }),
    fix: Flags.boolean({ description: 'mend what can be mended without a doubt' }),
    rules: Flags.boolean({ exclusive: ['explain', 'print-config', 'init'], description: 'list all rules' }),
    baseline: Flags.string({ helpValue: 'FILE', description: 'report only what this file does not hold' }),
    'update-baseline': Flags.boolean({ dependsOn: ['baseline'], description: 'write the findings to the file of --baseline' }),
    'no-cache': Flags.boolean({ description: 'analyse unchanged files again' }),
    changed: Flags.boolean({ description: 'check only files that differ from the last commit' }),
    watch: Flags.boolean({ description: 'check again whenever a file changes, until interrupted' }),
    'print-config': Flags.boolean({ exclusive: ['explain', 'init'], description: 'show the level of every rule, and what is left out' }),
    init: Flags.boolean({ exclusive: ['explain'], description: 'write a config file, plugsmith.config.json' }),
    explain: Flags.string({ helpValue: 'ID', description: "show a rule's page" }),
  });

  private text = '';

  protected async execute(): Promise<Outcome<Result>> {
    const { argv, flags } = await this.parse(Lint);
    if (flags.format === 'json') this.useJson();
    if (flags.rules) return this.list();
    if (flags.explain !== undefined) return this.explain(flags.explain);
    const { cacheFor, changedFiles, initConfig, parseLevels, readConfig } = await import('../lint/quick.js');
    const cwd = process.cwd();
    if (flags.init) return this.show({ file: await initConfig(cwd) }, ({ file }) => `Wrote ${file}.`);
    const config = await readConfig(cwd);
    const rules = { ...config.rules, ...parseLevels(flags.rule ?? []) };
    if (flags['print-config']) return this.printConfig({ ...config, rules });
    const cache = flags['no-cache'] ? undefined : cacheFor(cwd, this.config.version);
    const paths = argv.length > 0 ? argv.map(String) : ['.'];
    const once = async (): Promise<Outcome<Findings>> => {
      const options: LintOptions = { cwd, rules, ignore: config.ignore };
      if (!flags.watch) options.onFiles = expectFiles;
      if (flags.changed) options.only = changedFiles(cwd);
      if (cache) options.cache = cache;
      const report = await this.lint(paths, options, flags);
      const problem = cache?.save();
      if (problem !== undefined) this.ui.detail(problem);
      return this.judge(report, flags);
    };
    return flags.watch ? this.watch(paths, cwd, once) : once();
  }

  /** Lints again after every change. Ends when the user does. */
  private async watch(paths: string[], cwd: string, once: () => Promise<Outcome<Findings>>): Promise<Outcome<Findings>> {
    const { watchAndRepeat } = await import('./shared/watch.js');
    return watchAndRepeat(this.ui, paths, cwd, async (outdated) => {
      await once();
      if (!outdated.aborted) this.ui.out(this.text);
    });
  }

  /** Lints, mends and compares, as the flags say. */
  private async lint(paths: string[], options: LintOptions, flags: Chosen): Promise<LintReport> {
    const { lintPaths } = await import('../lint/quick.js');
    const { report, fixed, files } = flags.fix ? await (await import('../lint/index.js')).fixPaths(paths, options) : { report: await lintPaths(paths, options), fixed: 0, files: [] };
    if (fixed > 0) this.ui.note(`Fixed ${plural(fixed, 'place')} in ${plural(files.length, 'file')}.`);
    if (flags.baseline === undefined) return report;
    const { compareBaseline, writeBaseline } = await import('../lint/index.js');
    if (flags['update-baseline']) this.ui.note(`Wrote ${plural(writeBaseline(flags.baseline, report, options.cwd), 'finding')} to ${flags.baseline}.`);
    const compared = compareBaseline(flags.baseline, report, options.cwd);
    if (flags['update-baseline']) return compared.report;
    const are = (count: number, of = ''): string => `${plural(count, 'finding')}${of} ${count === 1 ? 'is' : 'are'}`;
    if (compared.known > 0) this.ui.note(`${are(compared.known)} in the baseline.`);
    if (compared.gone > 0) this.ui.note(`${are(compared.gone, ' of the baseline')} gone: --update-baseline takes out what is gone.`);
    return compared.report;
  }

  private async judge(report: LintReport, flags: Chosen): Promise<Outcome<Findings>> {
    const { formatReport } = await import('../lint/quick.js');
    // Of all forms this one alone lists the rules.
    const rules = flags.format === 'sarif' ? (await import('../lint/index.js')).rules : [];
    const { version, findings, summary } = report;
    const tooMany = flags['max-warnings'] !== undefined && summary.warnings > flags['max-warnings'];
    this.text = formatReport(report, flags.format, { colour: this.ui.theme.colour, tool: { version: this.config.version, rules } });
    if (tooMany) this.ui.warn(`${plural(summary.warnings, 'warning')} ${summary.warnings === 1 ? 'is' : 'are'} more than --max-warnings ${flags['max-warnings']} allows.`);
    return { result: { version, findings, summary }, exitCode: summary.errors > 0 || tooMany ? ExitCode.findings : ExitCode.ok };
  }

  private async printConfig(config: LintConfig): Promise<Outcome<Configuration>> {
    const { effectiveLevels } = await import('../lint/index.js');
    return this.show({ ...config, rules: effectiveLevels(config.rules) }, (shown) => JSON.stringify(shown, null, 2));
  }

  private async list(): Promise<Outcome<RuleList>> {
    const { rules } = await import('../lint/index.js');
    const row = ({ id, severity, summary }: RuleMeta): string[] => [id, severity === 'warn' ? 'warning' : 'error', summary];
    const columns = [{ title: 'rule' }, { title: 'severity' }, { title: 'what it asks' }];
    return this.show({ rules: [...rules] }, (list) => formatTable(columns, list.rules.map(row)));
  }

  private async explain(id: string): Promise<Outcome<Explanation>> {
    const { explainRule, formatPage } = await import('../lint/index.js');
    return this.show(explainRule(id), ({ page }) => formatPage(page, this.ui.theme.colour));
  }

  private show<T extends Result>(result: T, toText: (result: T) => string): Outcome<T> {
    this.text = toText(result);
    return { result };
  }

  protected render(): string {
    return this.text;
  }
}
