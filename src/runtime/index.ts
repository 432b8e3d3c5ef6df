/** Running plugins: the room's door. */
export { startRun, type StartOptions } from './start.js';
export { runPlugin, type FinishedRun, type RunOptions } from './run.js';
export { openSession, type Session, type SessionOptions } from './session.js';
export { hostedModules, openHosted, type HostedOptions } from './hosted.js';
export { openRealtime, type RealtimeAnswer, type RealtimeCaller } from './realtime.js';
export { searchRun, type SearchResult } from './search.js';
export { checkPlugin, runOwnTests, type OwnTests, type PluginCheck } from './check/index.js';
export { firstBlocks, samplesOf, showRows } from './report/show.js';
export { bundlePlugin, evaluateManifest, findProject, pluginDigest, type Bundle, type Project } from './project/index.js';
export { findRun, listRuns, runFolder, ensureStateFolder, type RunRecord } from './runs.js';
export { reportText, type RunResult } from './report/index.js';
export { chooseSandbox, defaultLimits, distFile, installation, launchWorker, sandboxModes, WorkerDied, WorkerRefused, type Confinement, type Limits, type Sandbox, type SandboxMode } from './launch/index.js';
export { parseMap, parseParams } from './parse-flags.js';
export { refusal } from './engines/local.js';
export { evaluatePython, lockedPackages, pluginEnvironment, pythonFacts, pythonProject, testEnvironment, type PythonFacts } from './project/index.js';
export { cleanEnvironments, listEnvironments, type Environment, type KeptEnvironment } from './python/index.js';
