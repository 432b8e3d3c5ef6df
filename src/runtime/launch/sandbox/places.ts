/** What a confined worker may read: programs, libraries, this installation. Nothing of the user. */
import { existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cacheDir, nativeCacheDir } from '../../../native/index.js';
import { installation } from '../install.js';

/** Folders with shared libraries; those that are links stay links inside. */
export const libraryFolders = ['/usr/lib', '/usr/lib32', '/usr/lib64', '/usr/local/lib', '/lib', '/lib32', '/lib64', '/nix/store', '/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/usr/share/zoneinfo'] as const;

/** What name resolution and TLS read; bound only with a network. */
export const networkFiles = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/ssl', '/etc/ca-certificates', '/etc/pki', '/usr/share/ca-certificates'] as const;

/** The program, and the libraries beside it where it lies in a folder of its own, such as a version manager's. */
export function programFiles(file: string): string[] {
  const real = realpathSync(file);
  const beside = join(dirname(dirname(real)), 'lib');
  return [...new Set([file, real, ...(basename(dirname(real)) === 'bin' && existsSync(beside) ? [beside] : [])])];
}

/** The parts of this installation that a worker loads, with the packages it was installed with, and native packages of the cache. */
export function installationFiles(): string[] {
  const { root } = installation();
  const holder = dirname(root);
  const parts = ['package.json', 'dist', 'worker-python', 'node_modules'].map((name) => join(root, name)).filter(existsSync);
  // Bound as a folder, so that a package installed later is seen by workers that run already.
  mkdirSync(nativeCacheDir(), { recursive: true });
  return [...parts, ...(basename(holder) === 'node_modules' ? [holder] : []), nativeCacheDir()];
}

/** The environment of a confined worker: nothing of the user's, who may keep keys in it. */
export function confinedEnvironment(network: 'none' | 'full', extra: Readonly<Record<string, string>> = {}, parent: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = Object.entries(parent).filter(([name]) => ['LANG', 'TZ'].includes(name) || name.startsWith('LC_') || (network === 'full' && /^(?:https?|no|all)_proxy$|^SSL_CERT_(?:FILE|DIR)$/i.test(name)));
  return { PATH: '/usr/bin:/bin', HOME: '/tmp', TMPDIR: '/tmp', PLUGSMITH_CACHE_DIR: cacheDir(), ORT_DISABLE_TELEMETRY: '1', ...(Object.fromEntries(kept) as Record<string, string>), ...extra };
}

/** What a Python interpreter loads besides shared libraries: its virtual environment, and the installation that was made from. */
export function pythonFiles(python: string): string[] {
  const environment = dirname(dirname(python));
  const config = join(environment, 'pyvenv.cfg');
  if (!existsSync(config)) return prefixOf(realpathSync(python));
  const home = /^home\s*=\s*(.+)$/m.exec(readFileSync(config, 'utf8'))?.[1]?.trim();
  return [environment, ...prefixOf(realpathSync(python)), ...(home === undefined ? [] : prefixOf(join(home, 'python3')))];
}

/** The folder that holds bin and lib of a program; nothing for /usr, whose libraries are there anyway and whose rest is no business of a plugin. */
function prefixOf(program: string): string[] {
  const prefix = dirname(dirname(program));
  return ['/usr', '/'].includes(prefix) ? [] : [prefix];
}
