/** Flags that say which Python runs a Python plugin; the same for every command that runs plugins. */
import { Flags } from '@oclif/core';
import type { Ui } from '../../ui/index.js';

export const pythonFlags = {
  python: Flags.string({ helpValue: 'PATH|VERSION', description: 'the interpreter for a Python plugin (else .python-version, VIRTUAL_ENV, python3, python)' }),
  env: Flags.string({ helpValue: 'DIR', description: 'a prepared virtual environment for a Python plugin, taken as it is' }),
};

export interface PythonFlags {
  python?: string | undefined;
  env?: string | undefined;
}

/** The same as `openSession` takes it, with what installers say as detail. */
export function pythonOptions({ python, env }: PythonFlags, ui: Ui): { python: string | undefined; environment: string | undefined; verbose: boolean; onDetail(line: string): void } {
  return { python, environment: env, verbose: ui.verbose, onDetail: (line) => ui.detail(line) };
}
