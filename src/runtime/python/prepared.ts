/** An environment of the user's own (`--env PATH`): taken as it is, after a look whether it can serve. */
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Failure } from '../../errors/index.js';
import type { Environment } from './environment.js';
import { OLDEST, probeInterpreter, type Interpreter } from './probe.js';
import { runProgram } from './program.js';
import { requirementName } from './requirements.js';

const NEEDED = ['pandas', 'pyarrow', 'numpy', 'pydantic'];
const LIMIT_MS = 20_000;

const SCRIPT = `
import json, re
from importlib.metadata import distributions
print(json.dumps({re.sub("[-_.]+", "-", d.metadata["Name"]).lower(): d.version for d in distributions() if d.metadata["Name"]}))
`;

/**
 * The interpreter of an environment of the user's own.
 * @param path a virtual environment's folder, or an interpreter
 * @throws Failure `python-env` saying why it cannot be used
 */
export async function preparedInterpreter(path: string): Promise<Interpreter> {
  const given = resolve(path);
  const python = existsSync(given) && statSync(given).isDirectory() ? join(given, 'bin', 'python') : given;
  if (!existsSync(python)) throw unusable(path, existsSync(given) ? 'it has no bin/python' : 'there is no such folder', 'Name the folder of a virtual environment, or an interpreter.');
  const { interpreter, problem } = await probeInterpreter(python);
  if (interpreter === null) throw unusable(path, `its interpreter ${problem}`, `Make it with Python ${OLDEST.join('.')} or later.`);
  return interpreter;
}

/**
 * @param interpreter what `preparedInterpreter` gave for the same path
 * @throws Failure `python-env` saying what it lacks
 */
export async function preparedEnvironment(path: string, interpreter: Interpreter, requirements: readonly string[], announce: (line: string) => void): Promise<Environment> {
  const python = interpreter.program;
  const ended = await runProgram(python, ['-I', '-c', SCRIPT], { timeoutMs: LIMIT_MS });
  if (ended.code !== 0) throw unusable(path, `its packages cannot be listed: ${ended.why ?? ended.lastLines.at(-1)}`, 'Make the environment anew.');
  const versions = JSON.parse(ended.stdout) as Record<string, string>;
  const lacking = NEEDED.filter((name) => versions[name] === undefined);
  if (lacking.length > 0) throw unusable(path, `it has no ${lacking.join(', ')}`, `Install what the worker needs: ${python} -m pip install 'pandas>=2.3,<3' ${NEEDED.slice(1).join(' ')}`);
  const absent = requirements.map(requirementName).filter((name) => versions[name] === undefined);
  if (absent.length > 0) announce(`The environment ${path} lacks ${absent.join(', ')}, which manifest.py names as dependencies.`);
  const pandas3 = Number.parseInt(versions['pandas'] ?? '', 10) >= 3;
  return {
    python, folder: resolve(path), lock: null, installer: 'prepared', version: interpreter.version, requirements: [...requirements],
    key: createHash('sha256').update(JSON.stringify([interpreter.platform, Object.entries(versions).sort()])).digest('hex').slice(0, 16),
    warnings: pandas3 ? [`The environment ${path} has pandas ${versions['pandas']}, where None in a column that the plugin adds becomes NaN; the service runs pandas 2.`] : [],
  };
}

function unusable(path: string, reason: string, next: string): Failure {
  return new Failure({ code: 'python-env', message: `The environment ${path} cannot run the plugin: ${reason}.`, why: 'It was asked for with --env or PLUGSMITH_ENV.', next });
}
