import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure, messageOf, systemCode } from '../errors/index.js';
import { makeFolder } from '../files/index.js';
import { nativeCacheDir, nativeDir } from './cache.js';
import { nativeBroken, resolveFrom } from './load.js';
import { withLock } from './lock.js';
import { type NativeName, pinnedVersion, setupTarget } from './names.js';
import { runNpm } from './npm.js';
import { nativeStatus, tryLoading } from './status.js';

export interface InstallOptions {
  /** Receives progress and npm's output, line by line, without line ends. */
  onLine?: (line: string) => void;
}

/** What `installNative` did. */
export interface Installed {
  name: NativeName;
  version: string;
  /** The entry file that will be loaded. */
  path: string;
  /** False where a working copy was there before. */
  installed: boolean;
}

/**
 * Installs a native package into the cache folder, with install scripts off, unless a working copy exists.
 * The copy is made and tried in a folder of its own and renamed into place as the last step, so that
 * a killed install never counts, and of two that run at once one wins.
 * @throws Failure `native-install` where npm fails or the cache is not writable, `native-broken` where the copy does not load.
 */
export async function installNative(name: NativeName, options: InstallOptions = {}): Promise<Installed> {
  const onLine = options.onLine ?? (() => {});
  const ready = await working(name);
  if (ready) return ready;
  try {
    makeFolder(nativeCacheDir());
    return await withLock(
      `${nativeDir(name)}.lock`,
      () => onLine(`Another process is installing ${name}; waiting for it.`),
      async () => (await working(name)) ?? install(name, onLine),
    );
  } catch (error) {
    if (error instanceof Failure || systemCode(error) === undefined) throw error;
    throw cacheFailure(name, error);
  }
}

async function working(name: NativeName): Promise<Installed | null> {
  const { state, path } = await nativeStatus(name);
  return state === 'ok' && path !== undefined ? { name, version: pinnedVersion(name), path, installed: false } : null;
}

async function install(name: NativeName, onLine: (line: string) => void): Promise<Installed> {
  const target = nativeDir(name);
  await removeLeftovers(target);
  const staging = await mkdtemp(`${target}.tmp-`);
  try {
    await fill(staging, name, onLine);
    await moveIntoPlace(staging, target);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  const path = resolveFrom(join(target, 'package.json'), name);
  if (path === null) throw nativeBroken(name, 'the installed copy was changed by another process');
  return { name, version: pinnedVersion(name), path, installed: true };
}

/** Installs into the staging folder, drops what this platform cannot use, and tries the result. */
async function fill(staging: string, name: NativeName, onLine: (line: string) => void): Promise<void> {
  const wanted = `${name}@${pinnedVersion(name)}`;
  // A package.json of its own makes this folder the project, whatever lies above it.
  await writeFile(join(staging, 'package.json'), '{ "private": true }\n');
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--no-update-notifier'];
  // sharp's binaries are optional packages; a user's own `omit=optional` must not drop them here.
  const args = ['install', '--ignore-scripts', '--include=optional', ...quiet, '--prefix', staging, wanted];
  const { code, lastLines } = await runNpm(args, staging, onLine);
  if (code !== 0) throw npmFailure(name, code, lastLines);
  if (name === 'onnxruntime-node') await pruneOnnxruntime(join(staging, 'node_modules', name));
  const entry = resolveFrom(join(staging, 'package.json'), name);
  if (entry === null) throw npmFailure(name, code, [...lastLines, `npm reported success, but ${wanted} is not there`]);
  const reason = await tryLoading(entry);
  if (reason !== null) throw nativeBroken(name, reason);
}

/** Removes the binaries of other platforms: about 240 of 290 MB. */
async function pruneOnnxruntime(folder: string): Promise<void> {
  const bin = join(folder, 'bin');
  for (const api of await readdir(bin)) {
    for (const platform of await readdir(join(bin, api))) {
      for (const arch of await readdir(join(bin, api, platform))) {
        if (platform === process.platform && arch === process.arch) continue;
        await rm(join(bin, api, platform, arch), { recursive: true, force: true });
      }
    }
  }
}

/** Renames the finished copy to its final name. A broken copy gives way; a copy that another process just put there stays. */
async function moveIntoPlace(staging: string, target: string): Promise<void> {
  const aside = `${target}.tmp-old-${basename(staging)}`;
  try {
    await rename(target, aside);
    await rm(aside, { recursive: true, force: true });
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  try {
    await rename(staging, target);
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

/** Removes what killed installs of the same package left. Called under the lock, so nobody is using them. */
async function removeLeftovers(target: string): Promise<void> {
  const prefix = `${basename(target)}.tmp-`;
  for (const entry of await readdir(nativeCacheDir())) {
    if (entry.startsWith(prefix)) await rm(join(nativeCacheDir(), entry), { recursive: true, force: true });
  }
}

function npmFailure(name: NativeName, code: number | null, lines: string[]): Failure {
  const text = lines.join('\n');
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|network/i.test(text);
  return new Failure({
    code: 'native-install',
    message: `npm could not install ${name}@${pinnedVersion(name)}${code === null ? '' : ` (exit code ${code})`}. Its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`,
    why: 'Nothing was changed; the package is still missing.',
    next: offline
      ? `The npm registry could not be reached. Check the network, proxy and registry settings of npm (npm ping), then run: plugin setup ${setupTarget(name)}`
      : `See npm's message above, then run: plugin setup ${setupTarget(name)}`,
    details: { name, version: pinnedVersion(name), exitCode: code, lastLines: lines },
  });
}

function cacheFailure(name: NativeName, error: unknown): Failure {
  return new Failure({
    code: 'native-install',
    message: `${name} could not be put into the cache folder ${nativeCacheDir()}: ${messageOf(error)}`,
    why: 'Native packages are installed there; nothing was changed.',
    next: `Make that folder writable with enough free space, or set PLUGSMITH_CACHE_DIR to another folder, then run: plugin setup ${setupTarget(name)}`,
    details: { name, folder: nativeCacheDir() },
    cause: error,
  });
}
