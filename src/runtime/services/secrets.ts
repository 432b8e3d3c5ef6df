/** Secrets of one run: from flags, the environment and dotenv files. Their values stay in memory and out of logs. */
import { parseEnv } from 'node:util';
import { Failure, messageOf } from '../../errors/index.js';
import { readSmallFile } from '../../files/index.js';

export interface SecretOptions {
  /** `NAME` takes the value from the environment, `NAME=VALUE` gives it. They win over files. */
  secrets?: readonly string[];
  /** Dotenv files; later ones win. */
  envFiles?: readonly string[];
  env?: NodeJS.ProcessEnv;
}

export interface Secrets {
  /** By name. Hand it to the plugin's process at most; never write it anywhere. */
  readonly values: Readonly<Record<string, string>>;
  /** Replaces every value of four or more characters by `***`. Shorter ones would blot out ordinary words. */
  mask(text: string): string;
}

const SHORTEST_MASKED = 4;
const NAME = /^[^\s=]{1,100}$/;

/** @throws Failure `secret-name`, `secret-not-set`, `env-file`. */
export async function readSecrets({ secrets = [], envFiles = [], env = process.env }: SecretOptions): Promise<Secrets> {
  const values: Record<string, string> = {};
  for (const file of envFiles) Object.assign(values, readEnvFile(file));
  const named = new Set<string>();
  for (const given of secrets) {
    const [name, value] = split(given, env);
    if (named.has(name)) throw new Failure({ code: 'secret-name', message: `The secret ${name} is given twice.`, why: 'Only one value could reach the plugin.', next: `Leave out one --secret ${name}.` });
    named.add(name);
    values[name] = value;
  }
  // Plugins on one's own machine see the hub's token; logs do not.
  const hub = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'].flatMap((name) => env[name]?.trim() || []);
  return { values, mask: masker([...Object.values(values), ...hub]) };
}

function split(given: string, env: NodeJS.ProcessEnv): [string, string] {
  const equals = given.indexOf('=');
  const name = equals < 0 ? given : given.slice(0, equals);
  if (!NAME.test(name)) {
    // What was given may be the value itself, so it is not repeated.
    throw new Failure({ code: 'secret-name', message: 'A --secret has no usable name.', why: 'Plugin code asks for secrets by name.', next: 'Write --secret NAME (value from the environment) or --secret NAME=VALUE; names have no spaces and at most 100 characters.' });
  }
  const value = equals < 0 ? env[name] : given.slice(equals + 1);
  if (value === undefined || value === '') {
    throw new Failure({ code: 'secret-not-set', message: `The secret ${name} has no value${equals < 0 ? ': the environment has no variable of that name' : ''}.`, why: 'The plugin would run without it.', next: `Set the variable (export ${name}=...), or write --secret ${name}=VALUE, or put it into a file for --env-file.` });
  }
  return [name, value];
}

function readEnvFile(file: string): Record<string, string> {
  const failure = (message: string, cause?: unknown): Failure =>
    new Failure({ code: 'env-file', message: `The file given with --env-file ${message}`, why: 'It holds the secrets of this run.', next: 'Name an existing file with lines NAME=VALUE.', details: { file }, cause });
  let text: string;
  try {
    text = tidied(readSmallFile(file));
  } catch (error) {
    throw failure(`cannot be read: ${messageOf(error)}`, error);
  }
  // A zero byte could not become part of an environment, and nobody writes one; U+FFFD stands where the bytes were no UTF-8.
  if (/[\0\ufffd]/.test(text)) throw failure('is not text in UTF-8.');
  // The type allows absent values; a parsed file has none.
  const values = parseEnv(text) as Record<string, string>;
  if (Object.keys(values).length === 0 && /\S/.test(text)) throw failure('has no line of the form NAME=VALUE.');
  const slip = unreadLine(text);
  if (slip !== null) throw failure(`has no NAME=VALUE in line ${slip}.`);
  if (Object.keys(values).some((name) => !NAME.test(name))) throw failure('has a name with spaces, or a quote that is not closed.');
  return values;
}

/** Without comments and blanks outside of quoted values: Node 20 takes such that are indented for the beginning of the next name. */
function tidied(text: string): string {
  return text.replace(/^[ \t]*#.*$|^[ \t]+$|(=[ \t]*(["'`])[^]*?\2)/gm, (_part, quoted: string | undefined) => quoted ?? '');
}

/** The number of the first line that the parser would pass over although it says something; null where there is none. */
function unreadLine(text: string): number | null {
  const lines = text.replace(/=[ \t]*(["'`])[^]*?\1/g, (quoted) => quoted.replace(/./g, '=')).split('\n');
  const index = lines.findIndex((line) => !line.includes('=') && /\S/.test(line));
  return index < 0 ? null : index + 1;
}

/** Longest first, so that a value that contains another one goes as a whole. Logs come line by line, so lines count too. */
function masker(values: string[]): (text: string) => string {
  const parts = [...new Set(values.flatMap((value) => [value, ...value.split('\n')]))]
    .filter((part) => part.length >= SHORTEST_MASKED)
    .sort((a, b) => b.length - a.length);
  return (text) => parts.reduce((masked, part) => masked.replaceAll(part, '***'), text);
}

/** The failure for a secret that plugin code asked for in vain. */
export function secretMissing(name: string, known: readonly string[]): Failure {
  return new Failure({
    code: 'secret-missing',
    message: `There is no secret ${JSON.stringify(name)}.`,
    why: known.length === 0 ? 'This run was given no secrets.' : `This run was given: ${known.join(', ')}.`,
    next: `Add --secret ${name} (value from the environment) or --env-file FILE with a line ${name}=...`,
    details: { name, known },
  });
}
