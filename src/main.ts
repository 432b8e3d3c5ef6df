/** From arguments to an exit code. Ends nothing itself: `bin` does, with the code it gets. */
import { fileURLToPath } from 'node:url';
import { Config, run } from '@oclif/core';
import { ExitCode, Failure, messageOf, systemCode } from './errors/index.js';
import { interrupted, isServing, isStopping, runExitHooks, toFailure, Ui, unknownCommand, wantsJson } from './ui/index.js';

export { renderHelp } from './ui/index.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs one command to its end.
 * @param argv arguments after the program's name.
 * @returns the exit code. Whatever went wrong has been shown by then.
 */
export async function main(argv: string[]): Promise<number> {
  const ui = new Ui({ json: wantsJson(argv), verbose: argv.includes('--verbose') });
  return Promise.race([work(argv, ui), stopped(ui), broken(ui)]);
}

/** Resolves when a signal has stopped the command. A second signal ends the process at once, as it does by default. */
function stopped(ui: Ui): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve(stop(ui)));
  });
}

/**
 * Resolves when the command cannot go on. Whoever read our output has gone (`plugin lint | head`): nothing is left to
 * say, and nobody to say it to. Or the file behind it is full; or something threw where nothing could catch it. What
 * cannot be said on stderr has no other place to be said.
 */
function broken(ui: Ui): Promise<number> {
  process.stderr.on('error', () => undefined);
  return new Promise((resolve) => {
    // What follows from the first one is no news: oclif throws errors of stdout on.
    const end = (failure: Failure | null): void => {
      if (isStopping()) return;
      if (failure !== null) process.stderr.write(`${ui.explain(failure)}\n`);
      resolve(runExitHooks('interrupted').then(() => failure?.exitCode ?? ExitCode.ok));
    };
    process.stdout.prependListener('error', (error: Error) => end(systemCode(error) === 'EPIPE' ? null : outputLost(error)));
    process.on('uncaughtException', (error) => end(toFailure(error)));
  });
}

function outputLost(error: Error): Failure {
  return new Failure({ code: 'output-lost', message: `Standard output cannot be written: ${messageOf(error)}.`, why: 'The result did not reach where it was sent.', next: 'Make room, or send the output elsewhere, and run the command again.' });
}

async function work(argv: string[], ui: Ui): Promise<number> {
  try {
    await runCommand(argv);
    process.exitCode ??= ExitCode.ok;
  } catch (error) {
    const failure = toFailure(error);
    ui.failure(failure);
    process.exitCode = failure.exitCode;
  }
  // Whether the output reached its place is known when it was handed over.
  await new Promise((done) => process.stdout.write('', done));
  // The hooks that stopped it are still at work, and the exit code is theirs.
  if (isStopping()) return new Promise(() => undefined);
  const { errors } = await runExitHooks('done');
  for (const error of errors) ui.warn(`Cleaning up failed: ${toFailure(error).message}`);
  return Number(process.exitCode);
}

async function runCommand(argv: string[]): Promise<void> {
  const config = await Config.load({ root: fileURLToPath(new URL('..', import.meta.url)) });
  // The page of a command that exists was shown before it came to this.
  if (argv[0] === 'help') argv = argv.slice(1);
  const [name] = argv;
  const ids = config.commands.map((command) => command.id.replaceAll(':', ' '));
  const topic = (id: string): string => id.split(' ', 1)[0] ?? id;
  if (name?.startsWith('-')) throw new Failure({ code: 'usage', message: `A command must come before ${name}.`, why: 'Nothing was done yet.', next: 'See which commands there are: plugin --help' });
  // oclif would say the same without a suggestion. Topics (`host`) are the first words of commands.
  if (name !== undefined && !ids.some((id) => id === name || id.startsWith(`${name} `))) throw unknownCommand(name, [...ids, ...ids.map(topic)]);
  const [, word] = argv;
  if (name !== undefined && !ids.includes(name) && word !== undefined && !word.startsWith('-') && !ids.includes(`${name} ${word}`)) throw unknownCommand(`${name} ${word}`, ids);
  await run(argv, config);
}

async function stop(ui: Ui): Promise<number> {
  const { next, errors } = await runExitHooks('interrupted');
  for (const error of errors) ui.warn(`Cleaning up failed: ${toFailure(error).message}`);
  if (isServing()) return errors.length === 0 ? ExitCode.ok : ExitCode.cannotRun;
  ui.failure(interrupted(next));
  return ExitCode.interrupted;
}
