/** Analyses files where there is room for them: in this thread, or in one of their own with a large stack. */
import { deepWorkerUrl, lintDeep, type LintTask, tooSlow } from './deep.js';
import { type Analysis, analyseText, isOverflow, type LintTextOptions } from './engine.js';
import { isPython } from './extensions.js';
import { loadPython } from './python/index.js';
import { loadBabelVisitor } from './syntax/index.js';
import { within } from './within.js';

/** Larger files go to a thread of their own, whose memory is given back. */
const threadAboveChars = 256 * 1024;

/** A file that this thread could not finish, and how much of its time that took: what is left is for a thread of its own. */
export interface Unfinished {
  usedMs: number;
}

/** What a thread makes of a file. */
export type Attempt = Analysis | Unfinished;

/** Given what `analyseText` gives to `onModule`, with the path of the task. */
export type Keep = (path: string, ...given: Parameters<NonNullable<LintTextOptions['onModule']>>) => void;

// The Python parser is WebAssembly: once it was stopped in the middle or has failed, its memory is in no known state.
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
  const [attempt] = isForThread(task, worker) ? [] : await analyseHere([task], timeMs, { isLast: worker === null });
  return finish(task, attempt, worker, timeMs);
}

/** Whether a file goes to a thread of its own at once. */
export function isForThread({ text }: LintTask, worker: URL | null): worker is URL {
  return worker !== null && text.length > threadAboveChars;
}

/** Makes an analysis of what another thread made of a file, or did not. */
export async function finish(task: LintTask, attempt: Attempt | undefined, worker: URL | null, timeMs: number): Promise<Analysis> {
  if (attempt && 'findings' in attempt) return attempt;
  return worker ? lintDeep(task, worker, timeMs, attempt?.usedMs) : tooSlow(task.path, timeMs);
}

/**
 * Analyses files one after the other, each for at most its time. One watch is set for all of them: V8 starts and joins a
 * thread for each.
 *
 * @param timeMs longest time for each file.
 * @param isLast there is no other thread: what is too deep for this one is a finding.
 */
export async function analyseHere(tasks: readonly LintTask[], timeMs: number, { isLast = false, keep }: { isLast?: boolean; keep?: Keep | undefined } = {}): Promise<Attempt[]> {
  for (const task of tasks) await prepare(task);
  const attempts: Attempt[] = [];
  let started = { at: -1, ms: 0 };
  const go = (): void => {
    for (let task = tasks[attempts.length]; task; task = tasks[attempts.length]) {
      started = { at: attempts.length, ms: performance.now() };
      attempts.push(tryOne(task, isLast, keep));
    }
  };
  while (!within(timeMs, go)) {
    const task = tasks[started.at];
    // Between two files nothing is lost.
    if (!task || attempts.length > started.at) continue;
    isParserLost ||= isPython(task.path);
    // The files before it may have taken a part of the time; what is then left to it must be worth another thread.
    const usedMs = performance.now() - started.ms;
    attempts.push(usedMs < timeMs * 0.9 ? { usedMs } : tooSlow(task.path, timeMs));
  }
  return attempts;
}

function tryOne(task: LintTask, isLast: boolean, keep: Keep | undefined): Attempt {
  if (!isLast && isParserLost && isPython(task.path)) return { usedMs: 0 };
  try {
    return analyseText(task.path, task.text, { ...task, throwOnOverflow: !isLast, ...(keep && { onModule: (module) => keep(task.path, module) }) });
  } catch (error) {
    // What WebAssembly throws; nothing else has this name.
    const isParserFault = error instanceof Error && error.name === 'RuntimeError';
    isParserLost ||= isParserFault;
    if (isLast || !(isParserFault || isOverflow(error))) throw error;
    return { usedMs: 0 };
  }
}
