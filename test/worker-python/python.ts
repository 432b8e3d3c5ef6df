/** The interpreter with which the Python worker is tested, and the command that starts it. */
import { fileURLToPath } from 'node:url';
import { testPython } from '../support/python.js';

/** What every environment of a Python plugin has. */
export const BASE = ['pandas==2.3.3', 'pyarrow==22.0.0', 'numpy==2.2.6', 'pydantic==2.12.5'];

export const python = testPython('worker', BASE);

const ENTRY = fileURLToPath(new URL('../../worker-python/main.py', import.meta.url));

/** Program and arguments of a worker. */
export function workerCommand(): [string, ...string[]] {
  return [python.python ?? 'python3', '-I', ENTRY];
}

/** Ends the name of a group of tests: why it is skipped, or nothing. */
export const why = python.missing === null ? '' : ` (skipped: ${python.missing})`;
