/** Checking a plugin and running its own tests, as `test` and `publish` do it. */
import type { OwnTests, PluginCheck } from '../../runtime/index.js';
import type { Ui } from '../../ui/index.js';

export interface Tested {
  ok: boolean;
  checks: PluginCheck[];
  tests: Omit<OwnTests, 'output'>;
}

/** The flags of `plugin test`, as they are parsed. */
export interface TestFlags {
  plugin: string;
  limit: number;
  /** Seconds. */
  timeout: number;
  params?: string | undefined;
  secret?: readonly string[] | undefined;
  'env-file'?: string | undefined;
  llm?: 'fake' | 'record' | 'replay' | undefined;
  'allow-nulls': boolean;
  yes: boolean;
}

/** Every check is shown when it is done. @throws Failure where the plugin cannot be opened or its parameters not be read */
export async function testPlugin(flags: TestFlags, ui: Ui): Promise<Tested> {
  const { checkPlugin, openSession, parseParams, runOwnTests } = await import('../../runtime/index.js');
  const session = await openSession({
    plugin: flags.plugin, secrets: flags.secret ?? [], envFile: flags['env-file'], llm: flags.llm,
    confirmInstall: ui.installPrompt(flags.yes), announce: (line) => ui.note(line),
  });
  try {
    const checks = await checkPlugin(session, {
      limit: flags.limit, timeoutMs: flags.timeout * 1000, allowNulls: flags['allow-nulls'], parameters: parseParams(flags.params),
      onLog: (line) => ui.detail(`${line.source}  ${line.message}`), onCheck: (check) => ui.out(checkLine(check, ui)),
    });
    const { output, ...tests } = await runOwnTests(session);
    ui.out(tests.files.length === 0 ? `${ui.theme.dim('-')} own tests: there are none (test/**/*.test.ts)` : `\n${output.trimEnd()}`);
    const ok = checks.every((check) => check.status !== 'failed') && tests.failed === 0 && (tests.files.length === 0 || tests.passed > 0);
    return { ok, checks, tests };
  } finally {
    await session.services.close();
  }
}

function checkLine({ name, status, finding, next }: PluginCheck, { theme }: Ui): string {
  const mark = { passed: theme.good('✓'), failed: theme.error('✗'), skipped: theme.dim('-') }[status];
  return `${mark} ${name}: ${finding}${next ? `\n    ${next}` : ''}`;
}
