/** Analyses a file where there is room for it: in this thread, or in one of its own with a large stack. */
import { deepWorkerUrl, lintDeep, type LintTask, tooSlow } from './deep.js';
import { type Analysis, analyseText, isOverflow } from './engine.js';
import { isPython } from './parse.js';
import { loadPython } from './python/index.js';
import { loadBabelVisitor } from './syntax/index.js';
import { within } from './within.js';

/** Larger files go to a thread of their own, whose memory is given back. */
export const threadAboveChars = 256 * 1024;

// The Python parser is WebAssembly: stopped in the middle, its memory is in no known state.
let isParserLost = false;

/** Loads what reading the file needs. */
export async function prepare({ path, securityOnly }: LintTask): Promise<void> {
  if (isPython(path)) await loadPython();
  if (securityOnly) await loadBabelVisitor();
}

/**
 * Analyses one file. Whatever goes wrong is a finding of SEC-UNREADABLE.
 *
 * @param worker the built worker for deeply nested and very large files; null where there is none, and this thread has
 *   to do.
 * @param timeMs longest time for the file.
 */
export async function analyse(task: LintTask, worker: URL | null = deepWorkerUrl(), timeMs = 10_000): Promise<Analysis> {
  const python = isPython(task.path);
  if (worker && (task.text.length > threadAboveChars || (python && isParserLost))) return lintDeep(task, worker, timeMs);
  await prepare(task);
  try {
    const done = within(timeMs, () => analyseText(task.path, task.text, { ...task, throwOnOverflow: worker !== null }));
    if (done) return done.value;
    isParserLost ||= python;
    return tooSlow(task.path, timeMs);
  } catch (error) {
    if (worker === null || !isOverflow(error)) throw error;
    return lintDeep(task, worker, timeMs);
  }
}

/** The same in a thread of the pool, which leaves to others what does not fit in it: null. */
export async function analyseInPool(task: LintTask, timeMs: number): Promise<Analysis | null> {
  const python = isPython(task.path);
  if (python && isParserLost) return null;
  await prepare(task);
  try {
    const done = within(timeMs, () => analyseText(task.path, task.text, { ...task, throwOnOverflow: true }));
    isParserLost ||= python && done === null;
    return done ? done.value : tooSlow(task.path, timeMs);
  } catch (error) {
    if (!isOverflow(error)) throw error;
    return null;
  }
}
