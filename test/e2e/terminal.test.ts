/** On a real terminal (tmux gives one): questions are asked, and a person's answer decides. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { environment, install, shell, type Kind } from './harness.js';
import { PATIENCE_MS, require } from './suite.js';

let work: string;
let socket: string;

beforeAll(async () => void (await install()), 3 * PATIENCE_MS);
beforeEach(() => {
  work = realpathSync(mkdtempSync(join(tmpdir(), 'plugsmith-e2e-')));
  socket = join(work, 'tmux');
});
afterEach(() => {
  if (existsSync(socket)) execFileSync('tmux', ['-S', socket, 'kill-server']);
  rmSync(work, { recursive: true, force: true });
});

test('create asks for a name, for a better one, and what to start from', { timeout: PATIENCE_MS }, async (context) => {
  await require(context, 'tmux');
  const terminal = await open('plugin create', 'full');
  await terminal.shows(/What is the plugin called\?/);
  terminal.type('my-plugin');
  await terminal.shows(/A letter, then 2 to 63 letters.*my_plugin/s);
  for (let i = 0; i < 'my-plugin'.length; i++) terminal.press('BSpace');
  terminal.type('my_plugin');
  // The default comes first.
  await terminal.shows(/What to start from\?.*text.*blank.*image/s);
  terminal.press('Enter');
  await terminal.shows(/exit code 0/);
  await terminal.shows(/What to start from\? text\s+Made my_plugin from the template text/);
  expect(existsSync(join(work, 'my_plugin', 'manifest.ts'))).toBe(true);
});

test('a name that will not do is told before anything is asked', { timeout: PATIENCE_MS }, async (context) => {
  await require(context, 'tmux');
  const terminal = await open('plugin create t2', 'full');
  await terminal.shows(/cannot be the name of a plugin.*exit code 2/s);
});

test('a question that is left with Ctrl+C writes nothing', { timeout: PATIENCE_MS }, async (context) => {
  await require(context, 'tmux');
  const terminal = await open('plugin create', 'full');
  await terminal.shows(/What is the plugin called\?/);
  terminal.press('C-c');
  await terminal.shows(/exit code 130/);
});

test('a missing native package is asked about, and a no is an answer', { timeout: PATIENCE_MS }, async (context) => {
  await require(context, 'tmux');
  expect((await shell('plugin create texts', { cwd: work, kind: 'bare' })).code).toBe(0);
  const terminal = await open('cd texts && plugin run --input samples/texts.jsonl --limit 2 --output out.jsonl', 'bare');
  await terminal.shows(/The plugin needs onnxruntime-node, which is not installed.*\(Y\/n\)/);
  terminal.type('n');
  await terminal.shows(/onnxruntime-node [\d.]+ is not installed.*exit code [12]/s);
  expect(existsSync(join(work, 'cache', 'native'))).toBe(false);
});

interface Terminal {
  /** Types a line and presses Enter. */
  type(text: string): void;
  press(key: string): void;
  /** Waits until the screen matches. */
  shows(pattern: RegExp): Promise<void>;
}

/** Runs a line of shell in a terminal of 120 columns; its exit code is shown when it has ended. */
async function open(line: string, kind: Kind): Promise<Terminal> {
  const env = await environment({ kind, env: { PLUGSMITH_CACHE_DIR: join(work, 'cache') } });
  const script = join(work, 'run.sh');
  writeFileSync(script, `cd '${work}'\n${line}\necho "exit code $?"\nread _\n`);
  const tmux = (...args: string[]): string => execFileSync('tmux', ['-S', socket, ...args], { encoding: 'utf8', env });
  tmux('-f', '/dev/null', 'new-session', '-d', '-x', '120', '-y', '50', 'sh', script);
  return {
    type(text) {
      tmux('send-keys', '-l', text);
      tmux('send-keys', 'Enter');
    },
    press: (key) => void tmux('send-keys', key),
    shows: (pattern) => expect.poll(() => tmux('capture-pane', '-p', '-J'), { timeout: PATIENCE_MS / 3, interval: 100 }).toMatch(pattern),
  };
}
