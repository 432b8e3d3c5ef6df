/** What the tests of killed, poisoned and resumed runs share: plugins, inputs, commands in groups of their own, workers in /proc. */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** A folder of the test's own, with a copy of the built command that no other build replaces under a running worker. */
export class Bench {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'plugsmith-kill-')));
  private readonly bin = join(this.folder, 'install', 'bin', 'plugin.js');
  private readonly started: ChildProcess[] = [];

  constructor() {
    const install = join(this.folder, 'install');
    if (!existsSync(join(REPOSITORY, 'dist', 'help.json'))) throw new Error('dist/ is not built: node scripts/build.mjs --fast');
    for (const part of ['bin', 'dist', 'worker-python', 'package.json', 'oclif.manifest.json']) cpSync(join(REPOSITORY, part), join(install, part), { recursive: true });
    symlinkSync(join(REPOSITORY, 'node_modules'), join(install, 'node_modules'));
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Writes files, paths relative to the folder. */
  write(files: Record<string, string>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      writeFileSync(this.path(name), content);
    }
  }

  /** Outputs that were begun beside their targets and not finished. */
  partials(): string[] {
    return readdirSync(this.folder).filter((name) => name.endsWith('.partial'));
  }

  /** Starts `plugin ...` as the leader of a process group of its own. */
  start(args: readonly string[], { input, env = {} }: { input?: string | 'open'; env?: Record<string, string> } = {}): Command {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [this.bin, ...args], {
      cwd: this.folder, detached: true, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'], env: { PATH, HOME, ...env },
    });
    this.started.push(child);
    if (input !== undefined) {
      // A killed reader breaks the pipe; the exit code tells the story.
      child.stdin?.on('error', () => undefined);
      if (input !== 'open') child.stdin?.end(readFileSync(input));
    }
    return new Command(child);
  }

  /** Runs `plugin ...` to its end. */
  run(args: readonly string[], options: Parameters<Bench['start']>[1] = {}): Promise<Ended> {
    return this.start(args, options).ended;
  }

  close(): void {
    for (const child of this.started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export class Command {
  stdout = '';
  stderr = '';
  over = false;
  readonly ended: Promise<Ended>;

  constructor(readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) =>
      child.on('close', (code, signal) => {
        this.over = true;
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      }),
    );
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.child.kill(signal);
  }

  killGroup(): void {
    process.kill(-(this.child.pid as number), 'SIGKILL');
  }
}

/** Process ids of the workers whose plugin lies in `root`. */
export function workersOf(root: string): number[] {
  return processes((pid) => /worker\/main\.js|worker-python\/main\.py/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')) && readlinkSync(`/proc/${pid}/cwd`) === root);
}

/** Processes that live and meet a condition; one that ends while it is looked at does not. */
export function processes(meets: (pid: number) => boolean): number[] {
  return readdirSync('/proc').map(Number).filter((pid) => {
    if (!Number.isInteger(pid)) return false;
    try {
      return meets(pid) && !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  });
}

/** Waits until a condition holds. @throws Error naming it when it does not within `ms` */
export async function until(what: string, condition: () => boolean, ms = 20_000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`after ${ms} ms still not: ${what}`);
    await sleep(5);
  }
}

/** Numbers in [0, 1), the same for the same seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The folder of a plugin's latest run, null when it has none. */
export function latestRun(root: string): string | null {
  const runs = join(root, '.plugsmith', 'runs');
  const last = existsSync(runs) ? readdirSync(runs).filter((name) => existsSync(join(runs, name, 'run.json'))).sort().at(-1) : undefined;
  return last === undefined ? null : join(runs, last);
}

/** Commits that a run's journal holds. */
export function commitsOf(run: string | null): number {
  const file = run === null ? '' : join(run, 'journal', 'commits');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}

export function jsonLines(file: string): Record<string, unknown>[] {
  return readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A plugin of two steps: `First` and then `Last`, whose bodies are given as JavaScript with `batch`, `texts` and `context` in scope. */
export function pluginFiles(folder: string, bodies: { top?: string; first?: string; last?: string }, profile: { batch?: number; memory?: number } = {}): Record<string, string> {
  const { top = '', first = 'return batch', last = "return batch.withColumn('embedding', embed(texts, 8))" } = bodies;
  return {
    [`${folder}/manifest.ts`]: `import { defineManifest, z } from 'plugsmith/manifest';
export default defineManifest({
  feature_extractor_name: 'kill_test', version: '1.0.0', category: 'text', supported_input_types: ['text'],
  input_schema: z.object({ text: z.string(), hint: z.string().optional() }),
  output_schema: z.object({ embedding: z.array(z.number()).length(8) }),
  parameter_schema: z.object({ factor: z.number().default(1) }),
  features: [{ feature_type: 'embedding', feature_name: 'embedding', embedding_dim: 8, distance_metric: 'cosine' }],
  compute_profile: { resource_type: 'cpu', batch_size: ${profile.batch ?? 32}, max_concurrency: 2, actor_memory_gb: ${profile.memory ?? 1} },
});
`,
    [`${folder}/pipeline.ts`]: `import { ResourceType, buildPipelineSteps } from 'plugsmith';
import { First, Last } from './processors.mjs';
export function buildSteps() {
  return { steps: buildPipelineSteps({ name: 'kill_test', version: '1.0.0', steps: [
    { serviceClass: First, resourceType: ResourceType.CPU }, { serviceClass: Last, resourceType: ResourceType.CPU },
  ] }) };
}
`,
    [`${folder}/processors.mjs`]: `import { appendFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
${top}
/** A vector that depends on nothing but the text. */
function embed(texts, dim) {
  const out = new Float32Array(texts.length * dim);
  texts.forEach((text, row) => {
    for (let k = 0; k < text.length; k++) out[row * dim + (k % dim)] += Math.fround(text.charCodeAt(k) / 7);
    out[row * dim] += 1;
  });
  return { data: out, dims: [texts.length, dim] };
}
class Step {
  constructor(config, context) { this.context = context; }
}
export class First extends Step {
  async process(batch) { const { context } = this; const texts = batch.column('data').toArray(); ${first}; }
}
export class Last extends Step {
  async process(batch) { const { context } = this; const texts = batch.column('data').toArray(); ${last}; }
}
`,
  };
}
