/** Every transcript of a folder as one test each, in the order of their names. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { install, registryAnswers } from './harness.js';
import { readTranscript, runTranscript } from './transcript.js';

/** Long enough for a busy machine; a command that hangs is found by its own deadline. */
export const PATIENCE_MS = 120_000;

/** @param limit milliseconds that each transcript may take */
export function transcripts(folder: string, limit = PATIENCE_MS): void {
  const path = join(import.meta.dirname, 'transcripts', folder);
  describe(folder, () => {
    beforeAll(async () => void (await install()), 3 * PATIENCE_MS);
    for (const name of readdirSync(path).sort()) {
      test(name, { timeout: limit }, async (context) => {
        const transcript = readTranscript(join(path, name));
        for (const need of transcript.needs) await require(context, need);
        expect((await runTranscript(transcript)).join('\n')).toBe('');
      });
    }
  });
}

const needs: Record<string, () => Promise<string | null>> = {
  registry: async () => ((await registryAnswers()) ? null : 'the npm registry cannot be reached'),
  tmpfs: async () => (process.platform === 'linux' && process.getuid?.() === 0 && canMount() ? null : 'mounting a small tmpfs needs root on Linux'),
  'another user': async () => (process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0 ? null : 'becoming another user needs root and setpriv'),
  bubblewrap: async () => (spawnSync('bwrap', ['--unshare-all', '--unshare-user', '--disable-userns', '--ro-bind', '/', '/', 'true']).status === 0 ? null : 'bubblewrap does not work here'),
  tmux: async () => (spawnSync('tmux', ['-V']).status === 0 ? null : 'tmux is not installed'),
};

/** Skips the test, saying why, where the machine lacks something. */
export async function require(context: TestContext, need: string): Promise<void> {
  const check = needs[need];
  if (check === undefined) throw new Error(`There is no need "${need}"; there are: ${Object.keys(needs).join(', ')}`);
  const reason = await check();
  if (reason !== null) context.skip(reason);
}

/** Root in a container may lack the right to mount. */
function canMount(): boolean {
  return existsSync('/proc/self/mounts') && spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
}
