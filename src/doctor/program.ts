import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How a tried program ended. */
export interface Ended {
  /** Exit code; null where a signal ended it, it could not be started, or its time was up. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

const LIMIT_MS = 10_000;

/**
 * Runs a program in a process group of its own, ends the whole group when its time is up, and never rejects.
 * @param env all of the program's environment
 */
export function tryProgram(file: string, args: string[], env: NodeJS.ProcessEnv, limitMs = LIMIT_MS): Promise<Ended> {
  return new Promise((resolve) => {
    const ended: Ended = { code: null, signal: null, stdout: '', stderr: '', timedOut: false };
    const child = spawn(file, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => {
      ended.timedOut = true;
      endGroup(child.pid);
    }, limitMs);
    child.stdout.on('data', (data: Buffer) => (ended.stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (ended.stderr += data.toString()));
    const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
      clearTimeout(timer);
      resolve({ ...ended, code, signal });
    };
    child.once('error', (error) => {
      ended.stderr += error.message;
      finish(null, null);
    });
    child.once('close', finish);
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself in this moment.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** The full path of a program on PATH, or null. */
export function which(name: string, env: NodeJS.ProcessEnv): string | null {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not here, or not ours to run: the next folder on PATH decides, as in a shell.
    }
  }
  return null;
}

/** Why a program failed, in one line, for a finding. */
export function whyEnded({ code, signal, stderr, timedOut }: Ended): string {
  if (timedOut) return 'it did not end in time';
  const line = stderr.trim().split('\n').at(-1)?.trim();
  return line || (signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`);
}
