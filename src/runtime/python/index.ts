/** Python for plugins: interpreter, environment, lock. */
export { knownEnvironment, openEnvironment, type Environment } from './environment.js';
export { findInterpreter, type InterpreterOptions } from './interpreter.js';
export { readDeclared, type Declared } from './declared.js';
export { preparedEnvironment, preparedInterpreter } from './prepared.js';
export type { Interpreter } from './probe.js';
export { checkRequirements } from './requirements.js';
export { cleanEnvironments, listEnvironments, type KeptEnvironment } from './store.js';
