/** A time limit for work that never gives way to the event loop. */
import { createContext, Script } from 'node:vm';

// Only code that a vm context has called can be stopped from outside, so the work is called from one.
const context = createContext({ work: undefined as (() => void) | undefined });
const call = new Script('work()');

/**
 * Runs `work` to its end, or stops it in the middle.
 *
 * @param ms longest time, in milliseconds, at least 1.
 * @returns null when the time was up. What `work` was changing is then half done.
 * @throws what `work` throws.
 */
export function within<T>(ms: number, work: () => T): { value: T } | null {
  let result: { value: T } | null = null;
  context['work'] = () => {
    result = { value: work() };
  };
  try {
    call.runInContext(context, { timeout: Math.max(1, Math.ceil(ms)) });
    return result;
  } catch (error) {
    // The error is of the context's own realm, and so no Error of this one.
    if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
    throw error;
  } finally {
    context['work'] = undefined;
  }
}
