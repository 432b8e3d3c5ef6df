import { Args, Flags } from '@oclif/core';
import { ExitCode, Failure } from '../errors/index.js';
import { type Outcome, printable, withEnv } from '../ui/index.js';
import { HostCommand, type HostFlagValues, hostFlags } from './shared/host-command.js';
import { modelFlags } from './shared/models.js';
import { pythonFlags, pythonOptions } from './shared/python.js';
import { secondsFlag } from './shared/seconds.js';

interface Result {
  plugin: string;
  /** Whether the answer keeps the realtime contract, as far as the host says so. */
  ok: boolean;
  problems: string[];
  milliseconds: number;
  answer: unknown;
}

export default class Invoke extends HostCommand<Result> {
  static override summary = "Call a plugin's realtime service and check its answer";
  static override description =
    'Starts the service in a worker, calls runInference and checks the answer against the realtime contract. Exits with 1 when it breaks it. Where a plugin is named, the host is called instead, and a broken contract is a warning: by name the active version answers, by id or feature URI that very version.';
  static override examples = [`<%= config.bin %> invoke --inputs '{"text": "hello"}'`, `<%= config.bin %> invoke my_extractor --inputs '{"text": "hello"}'`, `<%= config.bin %> invoke my_extractor@1.0.0 --inputs @inputs.json --json`];
  static override args = { deployed: Args.string({ description: 'a plugin on the host: my_plugin, my_plugin@1.0.0, my_plugin_1_0_0 or a feature URI' }) };
  static override flags = withEnv({
    local: Flags.boolean({ description: 'in a worker on this machine (the default where no plugin is named)' }),
    plugin: Flags.string({ helpValue: 'DIR', char: 'p', description: "the plugin's folder", default: '.' }),
    inputs: Flags.string({ helpValue: 'JSON', required: true, description: 'inputs as JSON, or @file.json' }),
    params: Flags.string({ helpValue: 'JSON', description: 'parameters as JSON, or @file.json' }),
    secret: Flags.string({ helpValue: 'NAME', multiple: true, description: 'a secret for the plugin: NAME (from the environment) or NAME=VALUE (repeatable)' }),
    'env-file': Flags.string({ aliases: ['secrets'], helpValue: 'FILE', description: 'a file of NAME=VALUE lines: secrets and environment of the plugin' }),
    llm: Flags.option({ options: ['fake', 'record', 'replay'] as const, description: 'how calls of language models are answered' })(),
    timeout: secondsFlag(120, 'seconds the call may take'),
    ...pythonFlags,
    ...modelFlags,
    yes: Flags.boolean({ char: 'y', description: 'install missing native packages without asking' }),
    ...hostFlags,
  });

  private answeredBy: string | null = null;

  protected async execute(): Promise<Outcome<Result>> {
    const { args, flags } = await this.parse(Invoke);
    if (flags.local && args.deployed !== undefined) throw new Failure({ code: 'usage', message: `--local calls the plugin of a folder, and ${args.deployed} names one on a host.`, why: 'Nothing was done yet.', next: `Leave out --local or ${args.deployed}; the folder is named with --plugin.` });
    const { openRealtime, openSession, parseParams } = await import('../runtime/index.js');
    const inputs = parseParams(flags.inputs, '--inputs') ?? {};
    const parameters = parseParams(flags.params) ?? {};
    if (args.deployed !== undefined) return { result: await this.callHost(args.deployed, inputs, parameters, flags) };
    const session = await openSession({
      plugin: flags.plugin, secrets: flags.secret ?? [], envFile: flags['env-file'], llm: flags.llm,
      ...pythonOptions(flags, this.ui), offline: flags.offline, confirmInstall: this.ui.installPrompt(flags.yes), announce: (line) => this.ui.note(line),
    });
    try {
      const service = await openRealtime(session, { timeoutMs: flags.timeout * 1000, onLog: (line) => this.ui.detail(`${line.source}  ${line.message}`) });
      try {
        const { value, problems, milliseconds } = await service.call(inputs, parameters);
        const result = { plugin: service.manifest.feature_extractor_name, ok: problems.length === 0, problems, milliseconds: Math.round(milliseconds * 10) / 10, answer: value };
        return { result, exitCode: result.ok ? ExitCode.ok : ExitCode.findings };
      } finally {
        await service.close();
      }
    } finally {
      await session.services.close();
    }
  }

  private async callHost(text: string, inputs: Record<string, unknown>, parameters: Record<string, unknown>, flags: HostFlagValues & { timeout: number }): Promise<Result> {
    const host = await this.connect(flags);
    const { idOf, readReference } = await import('../client/index.js');
    const { name, version } = readReference(text);
    const plugin = version === null ? name : idOf(name, version);
    this.answeredBy = host.http.connection.baseUrl;
    const started = performance.now();
    const { data, warnings: problems } = await host.infer(text.startsWith('mixpeek://') ? { feature_uri: text } : { inference_name: plugin }, inputs, parameters, flags.timeout * 1000);
    for (const problem of problems) this.ui.warn(`The answer breaks the realtime contract: ${printable(problem)}`);
    return { plugin, ok: problems.length === 0, problems, milliseconds: Math.round((performance.now() - started) * 10) / 10, answer: data };
  }

  protected render({ answer, problems, milliseconds }: Result): string {
    const text = JSON.stringify(answer, (_key, value: unknown) => (Array.isArray(value) && value.length > 8 && typeof value[0] === 'number' ? `[${value.slice(0, 4).join(', ')}, ... ${value.length} numbers]` : value), 2)?.replace(/"(\[[^"]* numbers\])"/g, '$1') ?? String(answer);
    if (this.answeredBy !== null) return `${text}\n\nAnswered by ${this.answeredBy} (${milliseconds} ms)`;
    const verdict = problems.length === 0 ? 'The answer keeps the realtime contract.' : problems.map((problem) => `${this.ui.theme.error('error')}  ${problem}`).join('\n');
    return `${text}\n\n${verdict} (${milliseconds} ms with loading)`;
  }
}
