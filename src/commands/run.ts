import { Flags } from '@oclif/core';
import { ExitCode, Failure } from '../errors/index.js';
import type { RunRecord, RunResult } from '../runtime/index.js';
import { sandboxFlags, sandboxOf } from './shared/sandbox.js';
import { type Outcome, PlugsmithCommand, onExit, withEnv } from '../ui/index.js';
import { confirmBudget } from './shared/budget.js';
import { modelFlags } from './shared/models.js';
import { pythonFlags, pythonOptions } from './shared/python.js';
import { secondsFlag } from './shared/seconds.js';

type Result = RunResult & { samples?: Record<string, unknown>[] };

/** Rows shown by --show when the run was not limited. */
const SHOWN = 5;
/** Lines of the plugin's log shown by --show, the last ones. */
const LOGGED = 50;

export default class Run extends PlugsmithCommand<Result> {
  static override summary = 'Run a plugin over rows, with a journal that survives being killed';
  static override description = 'Reads rows, runs them through the plugin in worker processes and writes vectors and fields. Exits with 1 when rows failed.';
  static override examples = [
    '<%= config.bin %> run --input samples/texts.jsonl --limit 5 --show',
    '<%= config.bin %> run --local --input rows.jsonl --output vectors.arrow --concurrency 2',
    'zcat rows.jsonl.gz | <%= config.bin %> run --local --input - --output out.jsonl',
    '<%= config.bin %> run --resume',
  ];
  static override strict = false;
  static override flags = withEnv({
    local: Flags.boolean({ description: 'run on this machine (the default; other engines come later)', default: true }),
    plugin: Flags.string({ helpValue: 'DIR', char: 'p', description: "the plugin's folder", default: '.' }),
    input: Flags.string({ helpValue: 'FILE', char: 'i', description: 'rows: a file (.jsonl, .csv, .tsv, .parquet, .arrow; text also .gz), a folder or a pattern of files, or - for standard input' }),
    'input-format': Flags.string({ helpValue: 'FORMAT', description: 'format of the input where its name does not tell: jsonl, csv, csv-semicolon, tsv, parquet or arrow' }),
    column: Flags.string({ helpValue: 'NAME', description: 'the input column that becomes data' }),
    map: Flags.string({ helpValue: 'ROW=INPUT', multiple: true, description: 'row column from input column, e.g. data=body (repeatable)' }),
    output: Flags.string({ helpValue: 'FILE', char: 'o', description: 'results: .arrow, .parquet or .jsonl (output.arrow in the run folder unless told)' }),
    vectors: Flags.option({ options: ['inline', 'npy', 'none'] as const, description: 'where vectors go: into the output, into .npy files beside it, or nowhere' })(),
    params: Flags.string({ helpValue: 'JSON', description: 'parameters as JSON, or @file.json' }),
    'batch-size': Flags.integer({ helpValue: 'N', min: 1, max: 65_536, description: 'rows per batch (compute_profile.batch_size unless told)' }),
    concurrency: Flags.integer({ helpValue: 'N', min: 1, max: 256, description: 'worker processes (compute_profile.max_concurrency, at most the cores, unless told)' }),
    limit: Flags.integer({ helpValue: 'N', min: 1, description: 'read at most this many rows' }),
    show: Flags.boolean({ description: 'print rows, vectors and what the plugin logged' }),
    failed: Flags.string({ helpValue: 'RUN', exclusive: ['input', 'resume'], description: 'run only the failed rows of this run' }),
    resume: Flags.boolean({ description: 'continue the latest run, or the one named after it' }),
    timeout: secondsFlag(120, 'seconds one batch may take without progress'),
    'keep-going': Flags.boolean({ description: 'go on even when every row of the first two batches fails' }),
    'allow-nulls': Flags.boolean({ description: 'accept null in declared features' }),
    secret: Flags.string({ helpValue: 'NAME', multiple: true, description: 'a secret for the plugin: NAME (from the environment) or NAME=VALUE (repeatable)' }),
    'env-file': Flags.string({ aliases: ['secrets'], helpValue: 'FILE', description: 'a file of NAME=VALUE lines: secrets and environment of the plugin' }),
    llm: Flags.option({ options: ['fake', 'record', 'replay'] as const, description: 'how calls of language models are answered' })(),
    ...sandboxFlags,
    ...pythonFlags,
    ...modelFlags,
    step: Flags.string({ helpValue: 'NAME', description: 'run the steps up to this one, and no further' }),
    watch: Flags.boolean({ exclusive: ['resume', 'failed', 'inspect', 'output', 'show'], description: 'run the first rows (--limit, 5 unless told) again after every save, models kept warm' }),
    inspect: Flags.boolean({ description: 'run one worker that waits for a debugger (chrome://inspect, or Attach in an editor)' }),
    yes: Flags.boolean({ char: 'y', description: 'install missing native packages, and call paid services for many rows, without asking' }),
  });

  private text = '';

  protected async execute(): Promise<Outcome<Result>> {
    const { flags, argv } = await this.parse(Run);
    const unexpected = argv[flags.resume ? 1 : 0];
    if (unexpected !== undefined) throw new Failure({ code: 'usage', message: `Unexpected argument: ${String(unexpected)}.`, why: 'Nothing was done yet.', next: flags.resume ? 'Name one run: plugin run --resume RUN' : `Give the input with --input ${String(unexpected)}` });
    if (flags.watch) return this.watch();
    const { parseMap, parseParams, reportText, startRun } = await import('../runtime/quick.js');
    const stop = new AbortController();
    const progress = this.ui.progress('run', 'rows');
    const ask = this.ui.installPrompt(flags.yes);
    const logged: string[] = [];
    const running = startRun({
      plugin: flags.plugin, input: flags.input, inputFormat: flags['input-format'], column: flags.column, map: parseMap(flags.map ?? [], flags.column), output: flags.output, vectors: flags.vectors,
      parameters: parseParams(flags.params), batchSize: flags['batch-size'], concurrency: flags.concurrency, limit: flags.limit, step: flags.step, inspect: flags.inspect,
      confirmBudget: (budget) => (progress.stop(), confirmBudget(budget, flags.yes, this.ui)),
      timeoutSeconds: flags.timeout, keepGoing: flags['keep-going'], allowNulls: flags['allow-nulls'], resume: flags.resume ? String(argv[0] ?? '') : undefined, failed: flags.failed,
      secrets: flags.secret ?? [], envFile: flags['env-file'], llm: flags.llm, sandbox: sandboxOf(flags),
      ...pythonOptions(flags, this.ui), offline: flags.offline, confirmInstall: ask && ((name) => (progress.stop(), ask(name))), announce: (line) => this.ui.note(line), signal: stop.signal,
      onProgress: (state) => progress.update(state),
      onLog: (line) => (flags.show ? logged.push(`  ${line.step ?? line.source}  ${line.message}`) : this.ui.detail(`${line.source}  ${line.message}`)),
    });
    // An interrupted run commits its journal before the process ends, and says how to go on.
    const release = onExit(async (reason) => {
      if (reason !== 'interrupted') return undefined;
      stop.abort();
      return running.then(() => undefined, (error: unknown) => (error instanceof Failure ? error.next : undefined));
    });
    try {
      const { result, folder, record } = await running;
      progress.stop();
      const shown = flags.show ? await this.show(folder, record, flags.limit ?? SHOWN) : null;
      const log = logged.length > 0 ? `log of the plugin\n${logged.slice(-LOGGED).join('\n')}` : '';
      this.text = [shown?.text, log, reportText(result)].filter(Boolean).join('\n\n');
      return { result: { ...result, ...(shown && { samples: shown.samples }) }, exitCode: result.status === 'succeeded' ? ExitCode.ok : ExitCode.findings };
    } finally {
      progress.stop();
      release();
    }
  }

  private async show(folder: string, record: RunRecord, rows: number): Promise<{ text: string; samples: Record<string, unknown>[] }> {
    const { firstBlocks, samplesOf, showRows } = await import('../runtime/index.js');
    const blocks = await firstBlocks(folder, record, rows);
    return { text: showRows(blocks, rows, this.ui.width), samples: samplesOf(blocks, rows) };
  }

  private async watch(): Promise<Outcome<Result>> {
    const { flags } = await this.parse(Run);
    if (flags.input === undefined || flags.input === '-') throw new Failure({ code: 'usage', message: '--watch needs rows that can be read again.', why: 'They are run after every save.', next: 'Give a file with --input FILE.' });
    const [{ parseMap, parseParams }, { tryOnSave }] = await Promise.all([import('../runtime/index.js'), import('./shared/try.js')]);
    const ask = this.ui.installPrompt(flags.yes);
    return tryOnSave(this.ui, {
      plugin: flags.plugin, input: flags.input, inputFormat: flags['input-format'], column: flags.column, map: parseMap(flags.map ?? [], flags.column), parameters: parseParams(flags.params), batchSize: flags['batch-size'],
      limit: flags.limit ?? SHOWN, timeoutSeconds: flags.timeout, step: flags.step, secrets: flags.secret ?? [], envFile: flags['env-file'], llm: flags.llm, sandbox: sandboxOf(flags),
      ...pythonOptions(flags, this.ui), offline: flags.offline, ...(ask && { confirmInstall: ask }), announce: (line) => this.ui.note(line),
    });
  }

  protected render(): string {
    return this.text;
  }
}
