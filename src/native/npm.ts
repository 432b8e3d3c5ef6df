import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** How to start npm: a program and the arguments before npm's own. */
export interface NpmCommand {
  file: string;
  args: string[];
}

/**
 * Finds npm: the one that runs us, else the one beside this Node, else the one on PATH.
 * `npm_execpath` may name yarn or pnpm, whose arguments differ, so only npm's own file counts.
 */
export function npmCommand(env: NodeJS.ProcessEnv = process.env): NpmCommand {
  const bin = dirname(process.execPath);
  const candidates = [
    env['npm_execpath'] ?? '',
    join(bin, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(bin, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = candidates.find((path) => basename(path) === 'npm-cli.js' && existsSync(path));
  return script === undefined ? { file: 'npm', args: [] } : { file: process.execPath, args: [script] };
}

// Set by an npm that runs us (npx, npm run -w, npm i -g); they would redirect or empty the install we start.
const inherited = /^npm_config_(global|location|prefix|local_prefix|workspaces?|include_workspace_root|dry_run|omit|include|package_lock_only)$/i;

/** The environment for an npm that we start: proxies, registry and certificates stay, another npm's errand goes. */
export function npmEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([key]) => !inherited.test(key));
  // npm would leave a cache of its own code in the temporary folder.
  return { ...Object.fromEntries(kept), NODE_DISABLE_COMPILE_CACHE: '1' };
}

/** How npm ended. `code` is null where it could not be started or a signal ended it. */
export interface NpmResult {
  code: number | null;
  /** Its last lines, both streams together. */
  lastLines: string[];
}

const KEPT_LINES = 20;

/** Runs npm in a folder and hands on its output line by line. Never rejects: not being startable is a result too. */
export async function runNpm(args: string[], cwd: string, onLine: (line: string) => void): Promise<NpmResult> {
  const { file, args: before } = npmCommand();
  const lastLines: string[] = [];
  const keep = (line: string): void => {
    if (line.trim() === '') return;
    lastLines.push(line);
    if (lastLines.length > KEPT_LINES) lastLines.shift();
    onLine(line);
  };
  const child = spawn(file, [...before, ...args], { cwd, env: npmEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  createInterface({ input: child.stdout }).on('line', keep);
  createInterface({ input: child.stderr }).on('line', keep);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      keep(`npm could not be started: ${error.message}`);
      resolve(null);
    });
    child.once('close', (status) => resolve(status));
  });
  return { code, lastLines };
}
