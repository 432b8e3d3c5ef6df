/** From what a user asked for to a run: plugin, services, and the run to continue or to mend. */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Failure } from '../errors/index.js';
import { isFolder } from '../files/index.js';
import { begin } from './begin.js';
import type { Project } from './project/index.js';
import type { FinishedRun, RunOptions, StartOptions } from './run-options.js';
import { openSession, workerVariables } from './session.js';

/** The longest that a timer takes. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** @throws Failure; see `runPlugin` */
export async function startRun(given: StartOptions): Promise<FinishedRun> {
  const session = await openSession(given);
  const { project, prepared, secrets, services, cores, profile, confinement } = session;
  if (given.inspect && (project.language === 'python' || profile === 'untrusted')) throw noInspector(project.language);
  if (given.inspect) given.announce?.('The worker waits for a debugger on 127.0.0.1:9229: open chrome://inspect, or attach an editor. Time limits do not hold.');
  const { asked, resume } = given.failed === undefined && given.resume === undefined ? { asked: given, resume: null } : await (await import('./again.js')).again(project, prepared, given);
  if (asked.input === undefined) {
    throw new Failure({ code: 'usage', message: 'There is no --input.', why: 'A run needs rows.', next: trySamples(project) ?? 'Give a file with --input FILE, or - for standard input.' });
  }
  try {
    const options: RunOptions = {
      project, prepared, resume,
      input: asked.input,
      inputFormat: asked.inputFormat ?? null, base: asked.base, column: asked.column ?? null, map: asked.map ?? {}, output: asked.output ?? null, vectors: asked.vectors ?? 'inline',
      parameters: asked.parameters ?? {}, batchSize: asked.batchSize ?? null, concurrency: asked.inspect ? 1 : (asked.concurrency ?? null), limit: asked.limit ?? null,
      timeoutMs: asked.inspect ? NO_TIMEOUT_MS : asked.timeoutSeconds * 1000, lastStep: asked.step ?? null, inspect: asked.inspect ?? false, confirmBudget: asked.confirmBudget, keepGoing: asked.keepGoing, allowNulls: asked.allowNulls,
      profile, confinement, cores, env: workerVariables(session),
      serve: services.handle, mask: secrets.mask,
      ...(given.signal && { signal: given.signal }), ...(given.onProgress && { onProgress: given.onProgress }), ...(given.onLog && { onLog: given.onLog }),
    };
    const begun = begin(options);
    const { runPlugin } = await import('./run.js');
    return await runPlugin(options, begun);
  } finally {
    await services.close();
  }
}

function noInspector(language: Project['language']): Failure {
  const python = language === 'python';
  return new Failure({ code: 'usage', message: python ? 'A Python plugin cannot be run with --inspect.' : '--inspect does not work in a sandbox.', why: python ? 'The inspector is that of Node.' : 'A sandboxed worker has no network, which a debugger needs.', next: python ? 'Attach a debugger of Python, or look at rows with --limit 5 --show.' : 'Leave out --as-host and --sandbox.' });
}

/** The command that runs the first table of the plugin's samples; null where there is none. */
function trySamples({ root }: Project): string | null {
  const folder = join(root, 'samples');
  const table = isFolder(folder) ? readdirSync(folder).sort().find((name) => /\.(jsonl|csv|tsv|parquet|arrow)$/.test(name)) : undefined;
  return table === undefined ? null : `Try the samples: plugin run --input ${join(relative(process.cwd(), folder), table)}`;
}
