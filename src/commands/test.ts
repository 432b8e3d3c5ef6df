import { Flags } from '@oclif/core';
import { ExitCode } from '../errors/index.js';
import { type Outcome, PlugsmithCommand, withEnv } from '../ui/index.js';
import { modelFlags } from './shared/models.js';
import { pythonFlags } from './shared/python.js';
import { sandboxFlags } from './shared/sandbox.js';
import { testPlugin, type Tested } from './shared/test.js';
import { secondsFlag } from './shared/seconds.js';

export default class Test extends PlugsmithCommand<Tested> {
  static override summary = 'Check a plugin as production would, then run its own tests';
  static override description = 'Structure, schemas, the pipeline on samples in several batch sizes and in reverse order, the realtime contract, then test/**/*.test.ts. Exits with 1 when anything fails.';
  static override examples = ['<%= config.bin %> test', '<%= config.bin %> test --plugin my_extractor --json'];
  static override flags = withEnv({
    plugin: Flags.string({ helpValue: 'DIR', char: 'p', description: "the plugin's folder", default: '.' }),
    limit: Flags.integer({ helpValue: 'N', min: 1, default: 200, description: 'sample rows to use at most' }),
    params: Flags.string({ helpValue: 'JSON', description: 'parameters as JSON, or @file.json' }),
    secret: Flags.string({ helpValue: 'NAME', multiple: true, description: 'a secret for the plugin: NAME (from the environment) or NAME=VALUE (repeatable)' }),
    'env-file': Flags.string({ aliases: ['secrets'], helpValue: 'FILE', description: 'a file of NAME=VALUE lines: secrets and environment of the plugin' }),
    llm: Flags.option({ options: ['fake', 'record', 'replay'] as const, description: 'how calls of language models are answered' })(),
    'allow-nulls': Flags.boolean({ description: 'accept null in declared features' }),
    timeout: secondsFlag(120, 'seconds one batch may take without progress'),
    ...sandboxFlags,
    ...pythonFlags,
    ...modelFlags,
    watch: Flags.boolean({ description: 'test again after every save, until interrupted' }),
    yes: Flags.boolean({ char: 'y', description: 'install missing native packages without asking' }),
  });

  protected async execute(): Promise<Outcome<Tested>> {
    const { flags } = await this.parse(Test);
    if (flags.watch) {
      const { watchAndRepeat } = await import('./shared/watch.js');
      return watchAndRepeat(this.ui, [flags.plugin], process.cwd(), async () => this.ui.out(this.render(await testPlugin(flags, this.ui))));
    }
    const result = await testPlugin(flags, this.ui);
    return { result, exitCode: result.ok ? ExitCode.ok : ExitCode.findings };
  }

  protected render({ ok, checks, tests }: Tested): string {
    const failed = checks.filter((check) => check.status === 'failed').length + tests.failed;
    return `\n${ok ? 'All checks passed.' : `${failed || 'Some'} ${failed === 1 ? 'check' : 'checks'} failed.`}`;
  }
}
