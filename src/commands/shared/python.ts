/** Flags that say which Python runs a Python plugin; the same for every command that runs plugins. */
import { Flags } from '@oclif/core';
import type { SessionOptions } from '../../runtime/index.js';
import { envName, type Ui } from '../../ui/index.js';

export const pythonFlags = {
  python: Flags.string({ helpValue: 'PATH|VERSION', description: 'the interpreter for a Python plugin (else .python-version, VIRTUAL_ENV, python3, python)' }),
  env: Flags.string({ helpValue: 'DIR', description: 'a prepared virtual environment for a Python plugin, taken as it is' }),
};

export interface PythonFlags {
  python?: string | undefined;
  env?: string | undefined;
}

/** The same as `openSession` takes it, with what installers say as detail. */
export function pythonOptions({ python, env }: PythonFlags, ui: Ui): Pick<SessionOptions, 'python' | 'environment' | 'pythonFlag' | 'verbose' | 'onDetail'> {
  const pythonFlag = isGiven('python', python) ? '--python' : isGiven('env', env) ? '--env' : undefined;
  return { python, environment: env, pythonFlag, verbose: ui.verbose, onDetail: (line) => ui.detail(line) };
}

/** On the command line; a variable is meant for all plugins, of which those in Python take it. */
function isGiven(flag: string, value: string | undefined): boolean {
  return value !== undefined && value !== process.env[envName(flag)];
}
