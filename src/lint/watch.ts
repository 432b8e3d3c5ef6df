/** Waits for files to change. */
import { type FSWatcher, watch } from 'node:fs';
import { resolve, sep } from 'node:path';
import { Failure, messageOf, systemCode } from '../errors/index.js';

/** Editors write a file in several steps; together they are one change. */
const quietMs = 80;

/** Folders that the tools of an author write into. */
const ignored = new Set(['node_modules', '.git', 'dist', '.plugsmith', '.venv', 'venv', '__pycache__']);

/**
 * Gives one item per change of the files and folders, until the signal. Changes that come while an item is being
 * worked on make one more item.
 *
 * @throws Failure `lint-watch-failed` when the system does not let them be watched.
 */
export async function* changes(paths: readonly string[], cwd: string, signal: AbortSignal): AsyncGenerator<void> {
  let wake: () => void = () => undefined;
  let pending = false;
  let broken: unknown;
  let timer: NodeJS.Timeout | undefined;
  const wakeNow = (): void => {
    pending = true;
    wake();
  };
  const onChange = (_: string, name: string | null): void => {
    if (name?.split(sep).some((part) => ignored.has(part))) return;
    clearTimeout(timer);
    timer = setTimeout(wakeNow, quietMs);
  };
  const onError = (error: unknown): void => {
    broken = error;
    wake();
  };
  const watchers: FSWatcher[] = [];
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort);
  try {
    for (const path of paths) watchers.push(watch(resolve(cwd, path), { recursive: true }, onChange).on('error', onError));
    while (!signal.aborted) {
      if (broken !== undefined) throw broken;
      if (!pending) await new Promise<void>((done) => (wake = done));
      if (!pending) continue;
      pending = false;
      yield;
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure({
      code: 'lint-watch-failed',
      message: `Changes cannot be watched (${systemCode(error) ?? messageOf(error)}).`,
      why: 'Lint would go on showing old findings.',
      next: 'Run lint without --watch.',
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    for (const watcher of watchers) watcher.close();
  }
}
