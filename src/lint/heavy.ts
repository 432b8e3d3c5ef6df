/**
 * All that needs parsers and rules, behind one import: files that are known from the last time need none of it. The
 * build makes one script of it, which is compiled once (decision 075).
 */
export { analyseText } from './engine.js';
export { folderFindings } from './folder-rules.js';
export { isInPlugin } from './plugin.js';
export { Pool, poolMark } from './pool.js';
export { loadPython } from './python/index.js';
export { ruleMetas } from './registry.js';
export { analyseHere, prepare } from './room.js';
export { checkLevels } from './rule-levels.js';
