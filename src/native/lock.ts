import { mkdir, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '../errors/index.js';

const BEAT_MS = 1_000;
const DEAD_AFTER_MS = 5_000;
const POLL_MS = 200;

/**
 * Runs `work` while holding a lock, which is a folder made exclusively; others wait for it.
 * The holder touches the folder every second. A waiter that sees no touch for five seconds of its own clock
 * takes the holder for dead and removes the folder, so a killed holder blocks nobody for long and
 * machines that share the folder need not agree on the time.
 *
 * The lock saves double work; it is no guarantee (a holder that was suspended may wake up).
 * `work` must stay correct when two run at once.
 */
export async function withLock<T>(folder: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  await acquire(folder, onWait);
  const beat = setInterval(() => {
    const now = new Date();
    // If the folder is gone, a waiter took us for dead; the work is safe without the lock.
    utimes(folder, now, now).catch(() => clearInterval(beat));
  }, BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(folder, { recursive: true, force: true });
  }
}

async function acquire(folder: string, onWait: () => void): Promise<void> {
  let seen: { touched: number; at: number } | undefined;
  for (;;) {
    try {
      await mkdir(folder);
      return;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    if (seen === undefined) onWait();
    const touched = await lastTouch(folder);
    const now = performance.now();
    if (seen === undefined || touched !== seen.touched) seen = { touched, at: now };
    else if (now - seen.at > DEAD_AFTER_MS) await rm(folder, { recursive: true, force: true });
    await sleep(POLL_MS);
  }
}

/** Time of the holder's last touch; 0 where the lock has just been released. */
async function lastTouch(folder: string): Promise<number> {
  try {
    return (await stat(folder)).mtimeMs;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
