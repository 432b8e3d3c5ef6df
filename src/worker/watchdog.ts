/**
 * A thread that ends this process when its supervisor is gone. The main thread learns that from its closed pipe, but
 * not while plugin code keeps it busy; this thread has a loop of its own.
 */
import { Worker, isMainThread, workerData } from 'node:worker_threads';
import { endGroup } from './group.js';

const INTERVAL_MS = 500;

if (!isMainThread) {
  const { parent } = workerData as { parent: number };
  setInterval(() => {
    // An orphan is handed to another parent.
    if (process.ppid === parent) return;
    endGroup();
    process.kill(process.pid, 'SIGKILL');
  }, INTERVAL_MS);
}

/**
 * Starts the thread; it does not keep the process alive.
 * @param parent the supervisor's process id; it may be gone before this process looks for itself
 */
export function startWatchdog(file: URL, parent: number): void {
  const thread = new Worker(file, { workerData: { parent }, stdin: false, execArgv: [] });
  thread.on('error', () => undefined);
  thread.unref();
}
