/** A worker that outlives the engine that used it, so that the next one finds it warm: for --watch. */
import { launchWorker, type LaunchOptions, type WorkerHandle } from './launch/index.js';

export interface WarmWorker {
  /** As `launchWorker`; gives the worker of before where it is alive and fits. Its `stop` leaves it running. */
  launch(options: LaunchOptions): WorkerHandle;
  /** Ends it at once, whatever it is doing. */
  kill(): Promise<void>;
}

export function warmWorker(): WarmWorker {
  let worker: WorkerHandle | null = null;
  let kind = '';
  let current: LaunchOptions;
  return {
    launch(options) {
      current = options;
      const { root, memoryGb, profile, python, inspect } = options;
      const wanted = JSON.stringify([root, memoryGb, profile, python, inspect]);
      // Python keeps what it imported: only a new process sees a changed file.
      if (worker === null || !worker.alive || kind !== wanted || python !== undefined) {
        void worker?.stop();
        worker = launchWorker({ ...options, serve: (method, params) => current.serve(method, params), onLog: (line) => current.onLog(line), onMetric: (name, value) => current.onMetric?.(name, value) });
        kind = wanted;
      }
      return kept(worker);
    },
    async kill() {
      worker?.kill('stopped', 'it is not needed any more');
      await worker?.gone;
      worker = null;
    },
  };
}

function kept(worker: WorkerHandle): WorkerHandle {
  return {
    get pid() {
      return worker.pid;
    },
    get alive() {
      return worker.alive;
    },
    get death() {
      return worker.death;
    },
    get gone() {
      return worker.gone;
    },
    request: (message, body, deadlineMs) => worker.request(message, body, deadlineMs),
    kill: (why, text) => worker.kill(why, text),
    stop: async () => undefined,
  };
}
