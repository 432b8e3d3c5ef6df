/** The interpreters with which the Python worker is tested, and the command that starts it. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testPython, type TestPython } from '../support/python.js';

/** What every environment of a Python plugin has. */
const BASE = ['pandas==2.3.3', 'pyarrow==22.0.0', 'numpy==2.2.6', 'pydantic==2.12.5'];
const ENTRY = fileURLToPath(new URL('../../worker-python/main.py', import.meta.url));
const STAND_INS = fileURLToPath(new URL('../fixtures/standins', import.meta.url));

export const python = testPython('worker', BASE);

/** With what the guide's examples import: small packages as they are, heavy ones as stand-ins. */
export const seedPython = withStandIns(testPython('seed', [...BASE, 'pillow==12.0.0', 'requests==2.32.5', 'pytest==8.4.2', 'onnxruntime==1.23.2', 'tokenizers==0.22.1']));

/** Program and arguments of a worker. */
export function workerCommand(): [string, ...string[]] {
  return [python.python ?? 'python3', '-I', ENTRY];
}

/** Ends the name of a group of tests: why it is skipped, or nothing. */
export function why({ missing }: TestPython): string {
  return missing === null ? '' : ` (skipped: ${missing})`;
}

function withStandIns(found: TestPython): TestPython {
  if (found.python === null) return found;
  const lib = join(found.python, '../../lib');
  const folder = readdirSync(lib).find((name) => existsSync(join(lib, name, 'site-packages'))) as string;
  writeFileSync(join(lib, folder, 'site-packages/standins.pth'), `${STAND_INS}\n`);
  return found;
}
