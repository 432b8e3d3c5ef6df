/** Waits for files to change. */
import { type FSWatcher, lstatSync, readdirSync, statSync, watch } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure, messageOf, systemCode } from '../errors/index.js';
import { ignored } from './walk.js';

/** Editors write a file in several steps; together they are one change. */
const quietMs = 80;

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
  const onChange = (): void => {
    clearTimeout(timer);
    timer = setTimeout(wakeNow, quietMs);
  };
  const onError = (error: unknown): void => {
    broken = error;
    wake();
  };
  const watchers = new Map<string, FSWatcher>();
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort);
  try {
    for (const path of paths.map((given) => resolve(cwd, given))) {
      if (statSync(path).isDirectory()) watchFolders(path, watchers, onChange, onError);
      else watchers.set(path, watch(dirname(path), (_, name) => (name === basename(path) ? onChange() : undefined)).on('error', onError));
    }
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
    for (const watcher of watchers.values()) watcher.close();
  }
}

/**
 * Watches a folder and those below it, each by itself. The recursive watching of Node 20 follows files instead, and loses
 * one that an editor replaces with a new one of the same name.
 */
function watchFolders(folder: string, watchers: Map<string, FSWatcher>, onChange: () => void, onError: (error: unknown) => void): void {
  const look = (path: string): void => {
    if (watchers.has(path)) return;
    const watcher = watch(path, (_, name) => {
      if (name !== null && ignored.has(name)) return;
      if (name !== null) visit(join(path, name));
      onChange();
    });
    watchers.set(path, watcher.on('error', onError));
    for (const entry of readdirSync(path, { withFileTypes: true })) if (entry.isDirectory() && !ignored.has(entry.name)) visit(join(path, entry.name));
  };
  /** A folder that came is watched, one that went no more. */
  const visit = (path: string): void => {
    try {
      if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return look(path);
    } catch (error) {
      // Gone again meanwhile, or not to be read: what is in it cannot be part of the plugin.
      if (!['ENOENT', 'EACCES'].includes(systemCode(error) ?? '')) return onError(error);
    }
    watchers.get(path)?.close();
    watchers.delete(path);
  };
  look(folder);
}
