import { execFile } from 'node:child_process';
import { resolveNative } from './load.js';
import { type NativeName, pinnedVersion } from './names.js';

/** What is known of a native package after trying to load it. */
export interface NativeStatus {
  state: 'ok' | 'absent' | 'broken';
  /** The pinned version; present unless absent. */
  version?: string;
  /** The entry file; present unless absent. */
  path?: string;
  /** Why it does not load, one line; present where broken. */
  reason?: string;
}

/**
 * Says whether a native package is absent, broken or fine. It is loaded in a child process,
 * because a wrong binary may end the process that loads it.
 */
export async function nativeStatus(name: NativeName): Promise<NativeStatus> {
  const path = resolveNative(name);
  if (path === null) return { state: 'absent' };
  const found = { version: pinnedVersion(name), path };
  const reason = await tryLoading(path);
  return reason === null ? { state: 'ok', ...found } : { state: 'broken', ...found, reason };
}

const LOAD_LIMIT_MS = 20_000;
const script = `try { require(process.argv[1]) } catch (error) { console.error(error?.message ?? error); process.exitCode = 1 }`;

/** Loads a file in a child process. Gives null where it loaded, else the reason in one line. */
export function tryLoading(path: string): Promise<string | null> {
  const env = { ...process.env, ORT_DISABLE_TELEMETRY: '1' };
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', script, path], { env, timeout: LOAD_LIMIT_MS }, (error, _stdout, stderr) => {
      if (error === null) resolve(null);
      else if (error.killed) resolve(`it did not load within ${LOAD_LIMIT_MS / 1000} seconds`);
      else if (error.signal) resolve(`loading it ended the process with ${error.signal}`);
      else resolve(stderr.trim().split('\n', 1)[0] || `loading it ended the process with exit code ${error.code}`);
    });
  });
}
