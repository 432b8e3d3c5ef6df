/** The arguments of bubblewrap. The protection is what they say and nothing else, so they are all here. */
import { lstatSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Cage {
  /** Absolute paths that can be read inside, each in its own place. Those that do not exist are left out. */
  readable: readonly string[];
  /** Where the program starts; it has to be readable. */
  cwd: string;
  /** Folders inside of `readable` that are shown empty. */
  hidden: readonly string[];
  /** All of the environment inside. */
  env: Readonly<Record<string, string>>;
  network: 'none' | 'full';
  /** Size of /tmp, the one folder that can be written, in bytes. */
  tmpBytes: number;
}

/**
 * Own processes, users, files, hostname and network; no capability, no terminal; everything ends with whoever started it.
 * The command to run follows. Start bubblewrap itself with an empty environment: inside, /proc/1/environ shows it.
 */
export function cageArguments(cage: Cage): string[] {
  const args = [
    '--unshare-all', '--unshare-user', '--disable-userns', ...(cage.network === 'full' ? ['--share-net'] : []),
    '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--hostname', 'plugin',
    '--proc', '/proc', '--dev', '/dev', '--remount-ro', '/dev', '--size', String(cage.tmpBytes), '--tmpfs', '/tmp',
  ];
  // What lies in a folder that is bound comes with it. (Bound again, the link that is a virtual environment's python would lead nowhere.)
  const paths = [...new Set(cage.readable)].sort();
  for (const path of paths.filter((one) => !paths.some((other) => one.startsWith(`${other}/`)))) args.push(...bind(path));
  for (const path of cage.hidden) args.push('--size', '4096', '--tmpfs', path, '--remount-ro', path);
  for (const [name, value] of Object.entries(cage.env)) args.push('--setenv', name, value);
  return [...args, '--remount-ro', '/', '--chdir', cage.cwd, '--'];
}

/** Links such as /lib stay links, so that their target needs no second mount. */
function bind(path: string): string[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isSymbolicLink() && dirname(path) === '/') return ['--symlink', readlinkSync(path), path];
  return ['--ro-bind', path, path];
}
