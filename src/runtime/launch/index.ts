/** Worker processes: started, supervised, ended. `ahead.ts` is an entry of its own besides: bin starts a worker with it. */
export { rememberExpected } from './ahead.js';
export { distFile, installation, refuseReplaced } from './install.js';
export { WorkerDied, WorkerRefused, refusal, type DeathKind } from './death.js';
export { launchWorker, type LaunchOptions, type Reply, type WorkerHandle } from './worker.js';
export { chooseSandbox } from './sandbox/choose.js';
export { defaultLimits, type Confinement, type Limits, type Sandbox, type SandboxMode } from './sandbox/types.js';
