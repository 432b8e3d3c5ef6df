import { spawn } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('../..', import.meta.url));
let root: string;

// A small program of our own entry, base command and three commands, bundled as the real one is.
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'plugsmith-ui-'));
  const commands = readdirSync(join(repository, 'test/ui/fixture/commands')).map((file) => ({ in: `test/ui/fixture/commands/${file}`, out: `commands/${file.slice(0, -3)}` }));
  await build({
    absWorkingDir: repository, entryPoints: [{ in: 'src/main.ts', out: 'main' }, ...commands], outdir: join(root, 'dist'), bundle: true, splitting: true,
    format: 'esm', platform: 'node', target: 'node20', logLevel: 'silent',
    // Only for commands written in TypeScript that are run without a build.
    external: ['typescript'],
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  });
  const { oclif } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { oclif: unknown };
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'plugsmith', version: '9.8.7', type: 'module', oclif }));
  writeFileSync(join(root, 'dist/help.json'), JSON.stringify({ '': 'the front page', works: 'about works', 'host start': 'about host start' }));
  cpSync(join(repository, 'bin'), join(root, 'bin'), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true }));

function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, [join(root, 'bin/plugin.js'), ...args], { env: { PATH, HOME, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function plugin(args: string[], env?: NodeJS.ProcessEnv) {
  const child = start(args, env);
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...text };
}

describe('start-up', () => {
  it.each([
    [['--version'], 'plugsmith/9.8.7\n'], [['-v'], 'plugsmith/9.8.7\n'], [['version'], 'plugsmith/9.8.7\n'],
    [[], 'the front page\n'], [['--help'], 'the front page\n'], [['help'], 'the front page\n'],
    [['works', '--word', 'x', '--help'], 'about works\n'], [['help', 'works'], 'about works\n'], [['host', 'start', '-h'], 'about host start\n'],
  ])('%j', async (args, stdout) => {
    expect(await plugin(args)).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('in a folder that was removed', async () => {
    const gone = mkdtempSync(join(tmpdir(), 'plugsmith-gone-'));
    const inside = ['-c', `rmdir "${gone}"; exec "${process.execPath}" "${join(root, 'bin/plugin.js')}" works`];
    const child = spawn('/bin/sh', inside, { cwd: gone, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, stderr.split('\n')[0]]).toEqual([2, 'error  The current folder cannot be used: it does not exist any more.']);
  });

  it('without dist says how to build it', async () => {
    const bare = join(root, 'bare');
    mkdirSync(bare);
    cpSync(join(root, 'bin'), join(bare, 'bin'), { recursive: true });
    cpSync(join(root, 'package.json'), join(bare, 'package.json'));
    const child = spawn(process.execPath, [join(bare, 'bin/plugin.js'), 'lint', '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'not-built', next: expect.stringContaining('npm run build') }, exit_code: 2 });
  });
});

describe('a command that works', () => {
  it('prints for people', async () => {
    expect(await plugin(['works', '--word', 'a', '--word', 'b'])).toEqual({ code: 0, stdout: 'a line\nwords: a b\n', stderr: 'noted\ncleaned up: done\n' });
  });

  it.each([[['--json'], {}], [[], { PLUGSMITH_JSON: '1' }]])('prints one document with %j %j', async (args, env) => {
    const { code, stdout, stderr } = await plugin(['works', '--code', '1', ...args], { PLUGSMITH_WORD: 'a, b', ...env });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ words: ['a', 'b'] });
    expect(stderr.trim().split('\n').map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['step', 'note', 'note']);
  });

  it('says more with --verbose', async () => {
    expect((await plugin(['works', '--verbose'])).stderr).toContain('in detail');
    expect((await plugin(['works'], { PLUGSMITH_VERBOSE: 'no' })).stderr).not.toContain('in detail');
  });
});

it('a switch whose variable says neither yes nor no is refused', async () => {
  const { code, stderr } = await plugin(['works'], { PLUGSMITH_VERBOSE: 'on' });
  expect([code, stderr.split('\n')[0]]).toEqual([2, 'error  PLUGSMITH_VERBOSE cannot be "on".']);
});

describe('a command that fails', () => {
  it.each([
    ['a failure of ours', ['fails', 'host'], 3, 'host-gone', 'No host.'],
    ['a fault', ['fails', 'bug'], 2, 'internal', 'boom'],
    ['a question without a terminal', ['fails', 'ask'], 2, 'needs-answer', 'Really?'],
    ['an unknown command', ['wrks'], 2, 'unknown-command', 'wrks'],
    ['help for an unknown command', ['help', 'wrks'], 2, 'unknown-command', 'wrks'],
    ['an unknown flag', ['works', '--wrd', 'x'], 2, 'unknown-flag', '--wrd'],
    ['an unknown flag with a value', ['works', '--wrd=x'], 2, 'unknown-flag', '--wrd'],
    ['a missing argument', ['fails'], 2, 'usage', 'HOW'],
    ['a surplus argument', ['works', 'x'], 2, 'usage', 'x'],
    ['a wrong value', ['works', '--code', 'seven'], 2, 'usage', 'seven'],
    ['a flag without its value', ['works', '--word'], 2, 'usage', '--word'],
    ['a flag in place of a command', ['--verbose'], 2, 'usage', '--verbose'],
  ])('%s', async (_, args, code, name, words) => {
    const people = await plugin(args);
    expect(people).toMatchObject({ code, stdout: '' });
    expect(people.stderr).toMatch(/^error {2}/);
    expect(people.stderr).toContain(words);
    expect(people.stderr).not.toMatch(/^\s+at /m);
    expect(people.stderr).not.toContain('undefined');

    const program = await plugin([...args, '--json']);
    expect(program.code).toBe(code);
    expect(JSON.parse(program.stdout)).toMatchObject({ error: { code: name, message: expect.stringContaining(words) }, exit_code: code });
  });

  it.runIf(existsSync('/dev/full')).each([['works'], ['--help'], ['--version']])('says that its output was lost: %s', async (word) => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [join(root, 'bin/plugin.js'), word], { stdio: ['ignore', full, 'pipe'] });
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(2);
    expect(stderr).toMatch(/^error {2}Standard output cannot be written: ENOSPC/m);
    expect(stderr).not.toMatch(/^\s+at /m);
    const mute = spawn(process.execPath, [join(root, 'bin/plugin.js'), word], { stdio: ['ignore', 'ignore', full] });
    expect(await new Promise((resolve) => mute.on('close', resolve))).toBe(0);
    closeSync(full);
  });

  it('suggests what was probably meant', async () => {
    expect((await plugin(['wrks'])).stderr).toContain('plugin works');
    expect((await plugin(['works', '--wrd', 'x'])).stderr).toContain('--word');
  });

  it('shows the stack of a fault with PLUGSMITH_DEBUG=1', async () => {
    expect((await plugin(['fails', 'bug'], { PLUGSMITH_DEBUG: '1' })).stderr).toMatch(/^\s+at /m);
  });
});

describe('an end from outside', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s: cleans up, says how to go on, exits with 130', async (signal) => {
    const child = start(['waits']);
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.once('data', () => child.kill(signal));
    expect(await new Promise((resolve) => child.on('close', (code, by) => resolve([code, by])))).toEqual([130, null]);
    expect(stderr).toBe('cleaned up: interrupted\nstopped  Interrupted.\n       Next: plugin resume\n');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('%s is the normal end of what serves', async (signal) => {
    const child = start(['waits', 'serving']);
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.once('data', () => child.kill(signal));
    expect(await new Promise((resolve) => child.on('close', (code, by) => resolve([code, by])))).toEqual([0, null]);
    expect(stderr).toBe('cleaned up: interrupted\n');
  });

  it('a reader that goes away ends it quietly', async () => {
    const child = start(['waits', 'loud']);
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(stderr).toBe('cleaned up: interrupted\n');
  });
});
