/**
 * Node's own restrictions: a second layer inside of bubblewrap, the only one besides limits without it. Native add-ons
 * get round the permission flags, and models need one; an uploaded plugin has no add-on of its own.
 */
import { statSync } from 'node:fs';

/** `--permission` was called `--experimental-permission` before Node 22.13. */
function permissionFlag(): string {
  return process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
}

/**
 * No processes, threads or files but those named; no code from strings; no changed built-ins.
 * @param writable a folder, or null where nothing may be written
 */
export function nodeFlags(readable: readonly string[], writable: string | null, network: 'none' | 'full'): string[] {
  const flags = [permissionFlag(), '--allow-addons', '--disallow-code-generation-from-strings', '--disable-proto=throw', '--frozen-intrinsics'];
  // Node 25 and later can refuse the network too.
  if (network === 'full' && process.allowedNodeEnvironmentFlags.has('--allow-net')) flags.push('--allow-net');
  for (const path of readable) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined) flags.push(`--allow-fs-read=${path}${stat.isDirectory() ? '/*' : ''}`);
  }
  if (writable !== null) flags.push(`--allow-fs-read=${writable}/*`, `--allow-fs-write=${writable}/*`);
  return flags;
}
