/** The second door: reading files and reporting on them, for a command that may need no parser and no rule to do so. */
export { cacheFor } from './cache.js';
export { changedFiles } from './changed.js';
export { initConfig, readConfig } from './config.js';
export { parseLevels } from './levels.js';
export { lintPaths } from './project.js';
export { formatReport } from './report/index.js';
