import { Flags } from '@oclif/core';
import { ExitCode } from '../errors/index.js';
import type { OwnTests, PluginCheck } from '../runtime/index.js';
import { type Outcome, PlugsmithCommand, withEnv } from '../ui/index.js';

interface Result {
  ok: boolean;
  checks: PluginCheck[];
  tests: Omit<OwnTests, 'output'>;
}

export default class Test extends PlugsmithCommand<Result> {
  static override summary = 'Check a plugin as production would, then run its own tests';
  static override description = 'Structure, schemas, the pipeline on samples in several batch sizes and in reverse order, the realtime contract, then test/**/*.test.ts. Exits with 1 when anything fails.';
  static override examples = ['<%= config.bin %> test', '<%= config.bin %> test --plugin my_extractor --json'];
  static override flags = withEnv({
    plugin: Flags.string({ char: 'p', description: "the plugin's folder", default: '.' }),
    limit: Flags.integer({ min: 1, default: 200, description: 'sample rows to use at most' }),
    params: Flags.string({ description: 'parameters as JSON, or @file.json' }),
    secret: Flags.string({ multiple: true, description: 'a secret for the plugin: NAME (from the environment) or NAME=VALUE (repeatable)' }),
    'env-file': Flags.string({ description: 'a file of NAME=VALUE lines: secrets and environment of the plugin' }),
    llm: Flags.option({ options: ['fake', 'record', 'replay'] as const, description: 'how calls of language models are answered' })(),
    'allow-nulls': Flags.boolean({ description: 'accept null in declared features' }),
    timeout: Flags.integer({ min: 1, default: 120, description: 'seconds one batch may take without progress' }),
    yes: Flags.boolean({ char: 'y', description: 'install missing native packages without asking' }),
  });

  protected async execute(): Promise<Outcome<Result>> {
    const { flags } = await this.parse(Test);
    const { checkPlugin, openSession, parseParams, runOwnTests } = await import('../runtime/index.js');
    const session = await openSession({
      plugin: flags.plugin, secrets: flags.secret ?? [], envFile: flags['env-file'], llm: flags.llm,
      confirmInstall: this.ui.installPrompt(flags.yes), announce: (line) => this.ui.note(line),
    });
    try {
      const checks = await checkPlugin(session, {
        limit: flags.limit, timeoutMs: flags.timeout * 1000, allowNulls: flags['allow-nulls'], parameters: parseParams(flags.params),
        onLog: (line) => this.ui.detail(`${line.source}  ${line.message}`), onCheck: (check) => this.ui.out(this.line(check)),
      });
      const { output, ...tests } = await runOwnTests(session);
      this.ui.out(tests.files.length === 0 ? `${this.ui.theme.dim('-')} own tests: there are none (test/**/*.test.ts)` : `\n${output.trimEnd()}`);
      const ok = checks.every((check) => check.status !== 'failed') && tests.failed === 0 && (tests.files.length === 0 || tests.passed > 0);
      return { result: { ok, checks, tests }, exitCode: ok ? ExitCode.ok : ExitCode.findings };
    } finally {
      await session.services.close();
    }
  }

  private line({ name, status, finding, next }: PluginCheck): string {
    const { theme } = this.ui;
    const mark = { passed: theme.good('✓'), failed: theme.error('✗'), skipped: theme.dim('-') }[status];
    return `${mark} ${name}: ${finding}${next ? `\n    ${next}` : ''}`;
  }

  protected render({ ok, checks, tests }: Result): string {
    const failed = checks.filter((check) => check.status === 'failed').length + tests.failed;
    return `\n${ok ? 'All checks passed.' : `${failed || 'Some'} ${failed === 1 ? 'check' : 'checks'} failed.`}`;
  }
}
