/** Errors of the argument parser, told as ours: what is wrong and what was probably meant. Pure. */
import { distance } from 'fastest-levenshtein';
import { ExitCode, Failure } from '../errors/index.js';

/** The parts of oclif's errors that we read. They differ by class; there is no common field but the message. */
interface ParserError extends Error {
  flags?: string[];
  args?: { name?: string; description?: string }[] | string[];
  parse?: { input?: { flags?: Record<string, unknown> } };
  oclif?: unknown;
}

/** A usage failure for an error of oclif, or null for anything else. */
export function usageFailure(error: unknown): Failure | null {
  if (!(error instanceof Error) || !('oclif' in error)) return null;
  const { args, flags, parse } = error as ParserError;
  const message = clean(error.message);
  const known = Object.keys(parse?.input?.flags ?? {}).map((name) => `--${name}`);
  if (/^Nonexistent flag/.test(message) && Array.isArray(flags)) return unknownFlag(flags, known);
  if (/^Missing \d+ required args?/.test(message) && Array.isArray(args)) return usage(`${args.map(argument).join(' and ')} ${args.length === 1 ? 'is' : 'are'} missing.`);
  const unexpected = /^Unexpected arguments?: /.test(message) ? args?.[0] : undefined;
  if (typeof unexpected === 'string' && known.includes('--plugin')) return usage(sentence(message), `Where it is the plugin's folder, write --plugin ${unexpected}. What holds spaces stands in quotes.`);
  for (const [form, told] of FORMS) {
    const found = form.exec(message);
    if (found !== null) return told(...(found.slice(1) as [string, string, string]));
  }
  return usage(sentence(message));
}

/** What is known of a flag besides its name: its letter, and the variable that stands for it. */
type FlagNames = Record<string, { char?: string | undefined; aliases?: readonly unknown[] | undefined; env?: string | undefined }>;

/** The failure as it is for who set a flag by its variable: where the message names the flag, it names the variable. */
export function namingVariables(failure: Failure, flags: FlagNames, argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Failure {
  let { message } = failure;
  for (const [name, { char, aliases = [], env: variable }] of Object.entries(flags)) {
    const isGiven = (arg: string): boolean => [name, `no-${name}`, ...aliases].some((word) => arg === `--${String(word)}` || arg.startsWith(`--${String(word)}=`)) || (char !== undefined && new RegExp(`^-\\w*${char}`).test(arg));
    if (variable === undefined || (env[variable] ?? '') === '' || argv.some(isGiven)) continue;
    message = message.replace(new RegExp(`(?<![\\w-])--${name}(?![\\w-])`, 'g'), variable);
  }
  return message === failure.message ? failure : new Failure({ ...failure, message, cause: failure.cause });
}

/** What an empty value of a flag is refused with, in the words that `FORMS` knows. */
export const EMPTY = 'An empty value';
const FILL = 'Give it a value or leave it out; in a script, look whether its variable is set.';

/** The failure for an empty argument, which has a name unless it is one of many. */
export function emptyArgument(name?: string): Failure {
  return usage(`${name?.toUpperCase() ?? 'An argument'} is empty.`, FILL);
}

/** The failure for the variable of a switch that says neither yes nor no. */
export function unclearSwitch(variable: string, value: string, words: readonly string[]): Failure {
  return usage(`${variable} cannot be "${value}".`, `It can be one of: ${words.join(', ')}.`);
}

/** What the parser says of one wrong value, and how we say it. */
const FORMS: readonly [RegExp, (...parts: [string, string, string]) => Failure][] = [
  [new RegExp(`^Parsing (--[\\w-]+)\\s+${EMPTY}$`), (flag) => usage(`${flag} is empty.`, FILL)],
  [/^Parsing (--[\w-]+)\s+Expected an integer greater than or equal to (-?\d+) but received: (.*)$/s, (flag, least, given) => usage(`${flag} must be a whole number of at least ${least}, not "${given}".`)],
  [/^Parsing (--[\w-]+)\s+Expected an integer less than or equal to (-?\d+) but received: (.*)$/s, (flag, most, given) => usage(`${flag} must be a whole number of at most ${most}, not "${given}".`)],
  [/^Parsing (--[\w-]+)\s+Expected an integer but received: (.*)$/s, (flag, given) => usage(`${flag} must be a whole number, not "${given}".`)],
  [/^(?:Parsing --[\w-]+\s+)?Expected (--[\w-]+)=(.*) to be one of: (.*)$/s, (flag, given, choices) => notOneOf(`${flag} cannot be "${given}".`, given, choices)],
  [/^Expected (.*) to be one of: (.*)$/s, (given, choices) => notOneOf(`"${given}" is not one of the choices.`, given, choices)],
  [/^Flag (--[\w-]+) expects a value/, (flag) => usage(`${flag} needs a value.`)],
  [/^Flag (--[\w-]+) expects one of these values: (.*)$/s, (flag, choices) => notOneOf(`${flag} needs a value.`, '', choices)],
  [/^Missing required flag ([\w-]+)/, (flag) => usage(`--${flag} is missing.`)],
  [/^(--[\w-]+)(?:=.*?)? cannot also be provided when using (--[\w-]+)/s, (flag, other) => usage(`${other} and ${flag} cannot be combined.`)],
  [/^command (?:[\w:-]*:)?([\w-]+) not found/, (word) => usage(`Unexpected argument: ${word}.`, `Where it is the plugin's folder, write --plugin ${word}; for the flags that the command has, add --help`)],
  [/^All of the following must be provided when using (--[\w-]+): (.*)$/s, (flag, needed) => usage(`${flag} needs ${needed} too.`)],
];

function usage(message: string, next = "See the command's own page: add --help"): Failure {
  return new Failure({ code: 'usage', message, why: 'Nothing was done yet.', next, exitCode: ExitCode.cannotRun });
}

function notOneOf(message: string, given: string, choices: string): Failure {
  const meant = closest(given, choices.split(', '));
  return usage(message, `${meant === null ? '' : `Did you mean ${meant}? `}It can be one of: ${choices}.`);
}

/** `BEFORE (the run to compare with)` */
function argument(arg: { name?: string; description?: string } | string): string {
  if (typeof arg === 'string') return arg;
  return `${(arg.name ?? 'an argument').toUpperCase()}${arg.description === undefined ? '' : ` (${arg.description})`}`;
}

function unknownFlag(flags: string[], known: string[]): Failure {
  const first = (flags[0] ?? '').split('=', 1)[0] ?? '';
  const meant = closest(first.toLowerCase(), known);
  return new Failure({
    code: 'unknown-flag',
    message: flags.length === 1 ? `There is no flag ${first}.` : `There are no flags ${flags.join(', ')}.`,
    why: 'Nothing was done yet.',
    next: meant === null ? 'See which flags there are: add --help' : `Did you mean ${meant}?`,
    details: { flags, suggestion: meant },
  });
}

/** The failure for a command that does not exist. `known` are ids as typed: `host start`. */
export function unknownCommand(id: string, known: readonly string[]): Failure {
  const meant = closest(id, known);
  return new Failure({
    code: 'unknown-command',
    message: `There is no command "${id}".`,
    why: 'Nothing was done.',
    next: meant === null ? 'See which commands there are: plugin --help' : `Did you mean: plugin ${meant}`,
    details: { command: id, suggestion: meant },
  });
}

/** The nearest of `known`, if a slip of the finger explains the difference: one change, or one in three characters. */
function closest(word: string, known: readonly string[]): string | null {
  const ranked = known.map((candidate) => ({ candidate, away: transposed(word, candidate) ? 1 : distance(word, candidate) })).sort((a, b) => a.away - b.away);
  const best = ranked[0];
  if (best === undefined) return null;
  return best.away <= Math.max(1, Math.floor(word.replace(/^-+/, '').length / 3)) ? best.candidate : null;
}

/** Whether two neighbouring letters changed places (`rnu`), the commonest slip; the edit distance counts it as two changes. */
function transposed(word: string, other: string): boolean {
  const at = [...word].findIndex((letter, i) => letter !== other[i]);
  return at >= 0 && `${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}` === other;
}

/** Without the parser's own hint, colours and list headers. */
function clean(message: string): string {
  return message
    .replace(/\u001b\[[0-9;]*m/g, '')
    .replace(/\n?See more help with --help\s*$/, '')
    .replace(/^The following errors? occurred:\s*/, '')
    .trim();
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) || text.includes('\n') ? text : `${text}.`;
}
