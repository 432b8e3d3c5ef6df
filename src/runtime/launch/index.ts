/** Worker processes: started, supervised, ended. */
export { distFile, installation } from './install.js';
export { WorkerDied, WorkerRefused, type DeathKind } from './death.js';
export { launchWorker, type LaunchOptions, type Reply, type WorkerHandle } from './worker.js';
