#!/usr/bin/env -S node --
// The `--` keeps Node 20 from taking our --env-file for its own.
// Start-up only: what must be quick or must come before everything else. The command itself is dist/main.js.
import { readFileSync } from 'node:fs';
import module from 'node:module';

// Native code reads this from the real environment, so it is set before any of it is loaded.
process.env.ORT_DISABLE_TELEMETRY = '1';

const argv = process.argv.slice(2);
const here = (path) => new URL(`../${path}`, import.meta.url);

if (['--version', '-v', 'version'].includes(argv[0])) {
  say(`plugsmith/${JSON.parse(readFileSync(here('package.json'), 'utf8')).version}`);
} else {
  const problem = tooOld() ?? notBuilt();
  if (problem !== null) fail(problem);
  else if (!help()) {
    const lost = folderGone();
    if (lost !== null) fail(lost);
    else await start();
  }
}

function tooOld() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return null;
  return {
    code: 'node-too-old',
    message: `Plugsmith needs Node 20.19 or later; this is Node ${process.versions.node}.`,
    why: 'Older versions lack functions it is built on.',
    next: 'Install a current Node: https://nodejs.org',
  };
}

function notBuilt() {
  try {
    readFileSync(here('dist/help.json'));
    return null;
  } catch {
    return {
      code: 'not-built',
      message: 'Plugsmith is not built: the folder dist/ is missing or incomplete.',
      why: 'The command runs from dist/.',
      next: 'In a checkout run: npm run build. Otherwise install it again: npm install --global plugsmith',
    };
  }
}

// Asked before anything else asks, and ends over it.
function folderGone() {
  try {
    process.cwd();
    return null;
  } catch (error) {
    return {
      code: 'folder-gone',
      message: `The current folder cannot be used: ${error.code === 'ENOENT' ? 'it does not exist any more' : error.code}.`,
      why: 'Plugins, inputs and outputs are looked for from there.',
      next: 'Change into a folder that exists and run the command again.',
    };
  }
}

// Also what an unknown command's --help needs: it is left to the command, which says what was probably meant.
function help() {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  const wanted = words.length === 0 || words[0] === 'help' || words.includes('--help') || words.includes('-h');
  if (!wanted) return false;
  const pages = JSON.parse(readFileSync(here('dist/help.json'), 'utf8'));
  const names = words.filter((word) => word !== 'help' && !word.startsWith('-'));
  for (let count = names.length; count > 0; count -= 1) {
    const page = pages[names.slice(0, count).join(' ')];
    if (page !== undefined) return show(page);
  }
  return names.length === 0 && show(pages['']);
}

function show(page) {
  say(page);
  return true;
}

/** A pipe that nobody reads any more (`| head`) is no failure; a full disk is. */
function say(text) {
  process.stdout.on('error', ({ code, message }) => {
    if (code === 'EPIPE') return;
    console.error(explained({ message: `Standard output cannot be written: ${message}.`, why: 'The text did not reach where it was sent.', next: 'Make room, or send the output elsewhere, and run the command again.' }));
    process.exitCode = 2;
  });
  process.stdout.write(`${text}\n`);
}

function fail(error) {
  if (argv.includes('--json')) console.log(JSON.stringify({ error, exit_code: 2 }, null, 2));
  else console.error(explained(error));
  process.exitCode = 2;
}

function explained({ message, why, next }) {
  return `error  ${message}\n       Why:  ${why}\n       Next: ${next}`;
}

/**
 * A run hands on vectors, which lie outside V8's heap: it looks less often for what can go, and compiles for speed what
 * runs for long. Measured on Node 20; on Node 22 and 24, where it gains nothing here and costs the start 30 ms, only
 * workers do so.
 */
async function tune() {
  if (argv[0] !== 'run' || argv.includes('--watch') || !process.versions.v8.startsWith('11.')) return;
  const { setFlagsFromString } = await import('node:v8');
  for (const flag of ['--heap-growing-percent=300', '--interrupt-budget=600000', '--sparkplug']) setFlagsFromString(flag);
}

async function start() {
  await tune();
  if ('enableCompileCache' in module) (await import('../dist/native/compiled.js')).keepCompiled();
  // A worker takes as long to start as the command takes to load: both happen at the same time.
  if (argv[0] === 'run') (await import('../dist/runtime/launch/ahead.js')).startAhead(argv);
  const { main } = await import('../dist/main.js');
  const code = await main(argv);
  // Output is handed over before the process ends; a socket or worker that is still open must not keep it alive.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
  process.exit(code);
}
