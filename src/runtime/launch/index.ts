/** Worker processes: started, supervised, ended. */
export { distFile, installation } from './install.js';
export { WorkerDied, WorkerRefused, launchWorker, type DeathKind, type LaunchOptions, type Reply, type WorkerHandle } from './worker.js';
