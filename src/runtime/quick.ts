/** The room's light door: what starts a run. The rest is loaded while the first worker starts. */
export { startRun } from './start.js';
export { parseMap, parseParams } from './parse-flags.js';
export { reportText } from './report/index.js';
