import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { type NativeName, pinnedVersion } from './names.js';

/**
 * The folder for everything that can be made again: bundles, native packages, assets. Absolute; may not exist yet.
 * `PLUGSMITH_CACHE_DIR`, else `$XDG_CACHE_HOME/plugsmith`, else `~/Library/Caches/plugsmith` on macOS
 * and `~/.cache/plugsmith` elsewhere. A relative XDG value is ignored, as its specification asks.
 */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  const own = env['PLUGSMITH_CACHE_DIR'];
  if (own) return isAbsolute(own) ? own : join(process.cwd(), own);
  const xdg = env['XDG_CACHE_HOME'];
  if (xdg && isAbsolute(xdg)) return join(xdg, 'plugsmith');
  const base = process.platform === 'darwin' ? ['Library', 'Caches'] : ['.cache'];
  return join(homedir(), ...base, 'plugsmith');
}

/** The folder under which native packages are installed into the cache. */
export function nativeCacheDir(): string {
  return join(cacheDir(), 'native');
}

/**
 * The folder of one installed native package in the cache. The platform is part of its name,
 * because a home folder may be shared by machines (or by an emulated and a real Node) that need different binaries.
 */
export function nativeDir(name: NativeName): string {
  return join(nativeCacheDir(), `${name}-${pinnedVersion(name)}-${process.platform}-${process.arch}`);
}
