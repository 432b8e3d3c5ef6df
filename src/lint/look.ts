/** Reads and analyses files, or knows them from the last time. */
import { realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { deepWorkerUrl } from './deep.js';
import type { Analysis } from './engine.js';
import type { ModuleFact } from './facts/index.js';
import type { Looked } from './looked.js';
import type { LintOptions } from './options.js';
import type { Pool } from './pool.js';
import { readSource, type Source } from './source.js';

/** Reads and analyses files. Gives what was seen by reported path, in the order of the files. */
export async function lookAtFiles(paths: readonly string[], shown: ReadonlyMap<string, string>, disguised: ReadonlyMap<string, string>, options: LintOptions): Promise<Map<string, Looked>> {
  const { cache } = options;
  const modules = new Map<string, ModuleFact>();
  let pool: Pool | undefined;
  const known = new Map<string, Analysis>();
  const read: { source: Source; key: string | undefined }[] = [];
  try {
    for (const path of paths) {
      const extension = disguised.size > 0 ? disguised.get(realpathSync(path)) : undefined;
      const source = await readSource(path, shown.get(path) as string, extension, options.maxFileBytes ?? 1024 * 1024);
      const key = source.code ? cache?.key(source.code.name, source.code.bytes) : undefined;
      const analysis = key === undefined ? undefined : cache?.get(key);
      if (analysis) known.set(path, analysis);
      else if (source.code) (pool ??= await openPool(paths.length, [...shown.keys()], modules, options)).start();
      read.push({ source, key });
      if (options.aside) await nextTurn();
    }
    const fresh = read.filter(({ source }) => source.code && !known.has(source.path));
    const analyses = (await pool?.analyse(fresh.map(({ source }) => ({ path: source.code?.name ?? '', text: source.text ?? '', cwd: options.cwd })))) ?? [];
    for (const [i, { source, key }] of fresh.entries()) {
      known.set(source.path, analyses[i] as Analysis);
      if (key !== undefined) cache?.set(key, analyses[i] as Analysis);
    }
  } finally {
    await pool?.close();
  }
  return new Map(read.map(({ source: { path, file, text, found, code }, key }) => {
    const { findings, directives } = known.get(path) ?? { findings: [], directives: [] };
    const own = code?.name === file ? findings : findings.map((finding) => ({ ...finding, file }));
    return [file, { text, found: [...own, ...found], directives, key, module: modules.get(file) }];
  }));
}

/** @param all absolute paths of all files; of those in plugins the facts are kept in `modules`, by reported path. */
async function openPool(count: number, all: readonly string[], modules: Map<string, ModuleFact>, options: LintOptions): Promise<Pool> {
  // What is set for V8 decides which of the compiled code that was kept is taken.
  options.onFiles?.(count);
  const { Pool: Opened, isInPlugin } = await import('./heavy.js');
  const { deepWorker, fileTimeMs = 10_000, threadsAbove = 200, aside = false } = options;
  const cores = Math.min(availableParallelism(), 8);
  const inPlugin = isInPlugin(all);
  return new Opened({
    worker: deepWorker ?? deepWorkerUrl(),
    threads: aside ? cores : count > threadsAbove ? cores - 1 : 0,
    here: !aside,
    timeMs: fileTimeMs,
    keep: (name, module) => {
      if (inPlugin(resolve(options.cwd, name))) modules.set(name, module);
    },
  });
}
