/** Checking a plugin and running its own tests, as `test` and `publish` do it. */
import type { OwnTests, PluginCheck } from '../../runtime/index.js';
import type { Ui } from '../../ui/index.js';
import { pythonOptions, type PythonFlags } from './python.js';
import { sandboxOf } from './sandbox.js';

export interface Tested {
  ok: boolean;
  checks: PluginCheck[];
  tests: Omit<OwnTests, 'output'>;
}

/** The flags of `plugin test`, as they are parsed. */
export interface TestFlags extends PythonFlags {
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
  offline?: boolean | undefined;
  'as-host'?: boolean | undefined;
  sandbox?: 'auto' | 'required' | 'off' | undefined;
}

/** Every check is shown when it is done, through `show` where stdout is for something else. @throws Failure where the plugin cannot be opened or its parameters not be read */
export async function testPlugin(flags: TestFlags, ui: Ui, show = (text: string): void => ui.out(text)): Promise<Tested> {
  const { checkPlugin, openSession, parseParams, runOwnTests } = await import('../../runtime/index.js');
  const session = await openSession({
    plugin: flags.plugin, secrets: flags.secret ?? [], envFile: flags['env-file'], llm: flags.llm, sandbox: sandboxOf(flags),
    ...pythonOptions(flags, ui), offline: flags.offline, confirmInstall: ui.installPrompt(flags.yes), announce: (line) => ui.note(line),
  });
  try {
    const checks = await checkPlugin(session, {
      limit: flags.limit, timeoutMs: flags.timeout * 1000, allowNulls: flags['allow-nulls'], parameters: parseParams(flags.params),
      onLog: (line) => ui.detail(`${line.source}  ${line.message}`), onCheck: (check) => show(checkLine(check, ui)),
    });
    const { output, ...tests } = await runOwnTests(session);
    show(tests.files.length === 0 ? `${ui.theme.dim('-')} own tests: there are none (${session.project.language === 'python' ? 'tests/test_*.py' : 'test/**/*.test.ts'})` : `\n${output.trimEnd()}`);
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
