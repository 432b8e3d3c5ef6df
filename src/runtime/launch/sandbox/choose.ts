/** Which sandbox this machine really offers: told by a trial, because an installed bubblewrap may be forbidden to work. */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Failure } from '../../../errors/index.js';
import { cageArguments } from './bubblewrap.js';
import { libraryFolders, programFiles } from './places.js';
import type { Sandbox, SandboxMode } from './types.js';

const TRIAL_MS = 10_000;

/** Where a trial looks; replaced in tests. */
export interface Machine {
  platform: NodeJS.Platform;
  /** As PATH: where bwrap, prlimit and setpriv are looked for. */
  path: string;
}

const here = (): Machine => ({ platform: process.platform, path: `${process.env['PATH'] ?? ''}${delimiter}/usr/bin${delimiter}/bin` });

/** @throws Failure `no-sandbox` for `required` where bubblewrap does not work */
export async function chooseSandbox(mode: SandboxMode, machine: Machine = here()): Promise<Sandbox> {
  const find = (name: string): string | null => (machine.platform === 'linux' ? which(name, machine.path) : null);
  const base = { mode, bwrap: null, flags: mode !== 'off', prlimit: find('prlimit'), setpriv: find('setpriv') };
  if (mode === 'off') return { ...base, warning: 'The sandbox is off: plugin code runs with the rights of this user, with limits on memory only.' };
  const bwrap = find('bwrap');
  const trouble = machine.platform !== 'linux' ? 'it exists only on Linux' : bwrap === null ? 'it is not installed' : await tryCage(bwrap);
  if (trouble === null) return { ...base, bwrap, warning: null };
  const next = machine.platform === 'linux' ? 'Install bubblewrap (Debian and Ubuntu: apt install bubblewrap) and look at: plugin doctor' : 'Run plugins of others on a Linux machine.';
  if (mode === 'required') {
    throw new Failure({ code: 'no-sandbox', message: `bubblewrap does not work here: ${trouble}.`, why: 'The sandbox is required, and without bubblewrap native code of a plugin has the rights of this user.', next });
  }
  return { ...base, warning: `bubblewrap does not work here: ${trouble}. Plugin code is held back by Node's permission flags and by limits only, Python plugins by limits only; native code and the network are open to it. ${next}` };
}

/** Starts Node in a cage as workers are started. @returns what went wrong, or null */
function tryCage(bwrap: string): Promise<string | null> {
  const cage = { readable: [...libraryFolders, ...programFiles(process.execPath)], hidden: [], cwd: '/tmp', env: {}, network: 'none' as const, tmpBytes: 1024 * 1024 };
  const look = "console.log(require('fs').readFileSync('/proc/net/dev', 'latin1').split('\\n').filter((line) => line.includes(':')).length)";
  return new Promise((resolve) => {
    execFile(bwrap, [...cageArguments(cage), process.execPath, '-e', look], { env: {}, timeout: TRIAL_MS }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim() === '1' ? null : 'the network can be seen from inside');
      else resolve(error.killed ? 'it did not end in time' : (stderr.trim().split('\n').at(-1) ?? '') || error.message);
    });
  });
}

function which(name: string, path: string): string | null {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here: the next folder on PATH decides.
    }
  }
  return null;
}
