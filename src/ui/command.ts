/** What every command is built on: common flags, one way to end, one place where results and failures are shown. */
import { Command, Errors, Flags } from '@oclif/core';
import type { Input, ParserOutput } from '@oclif/core/interfaces';
import { ExitCode } from '../errors/index.js';
import { isStopping } from './exit.js';
import { toFailure } from './present.js';
import { Ui } from './ui.js';
import { EMPTY, emptyArgument, namingVariables, unclearSwitch } from './usage.js';

/** What `execute` gives back. */
export interface Outcome<T> {
  /** The document printed with `--json`. */
  result: T;
  /** 0 unless told. */
  exitCode?: ExitCode;
}

/** The parser's own output type, which it does not export: values are of whatever type the flag says. */
type Values = Record<string, any>;

/** The name of the environment variable that stands for a flag: `batch-size` is `PLUGSMITH_BATCH_SIZE`. */
export function envName(flag: string): string {
  return `PLUGSMITH_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** Gives every flag its environment variable, and refuses an empty value of each. Wrap a command's `flags` in it. */
export function withEnv<F extends Record<string, { env?: string | undefined }>>(flags: F): F {
  for (const [name, flag] of Object.entries(flags)) {
    flag.env ??= envName(name);
    refuseEmpty(flag as Parsed);
  }
  return flags;
}

/** The part of oclif's flags that reads a value; the types of the values differ from flag to flag. */
interface Parsed {
  type?: string;
  parse?: (input: unknown, ...more: unknown[]) => Promise<unknown>;
}

/** `--plugin "$FOLDER"` with FOLDER unset is hardly ever meant: as a path, the empty text would be the current folder. */
function refuseEmpty(flag: Parsed): void {
  const { parse } = flag;
  if (flag.type !== 'option' || parse === undefined) return;
  flag.parse = async (input, ...more) => {
    if (input === '') throw new Errors.CLIError(EMPTY);
    return parse.call(flag, input, ...more);
  };
}

/** Whether the arguments or the environment ask for JSON; for errors that come before the flags are parsed. */
export function wantsJson(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): boolean {
  const end = argv.indexOf('--');
  const given = end < 0 ? argv : argv.slice(0, end);
  return given.includes('--json') || isSet('PLUGSMITH_JSON', env);
}

/** What the parser takes for yes in the variable of a switch. Everything else is no to it, also a slip: `PLUGSMITH_AS_HOST=on` would run a plugin unconfined. */
const YES = ['1', 'true', 'y', 'yes'];
const NO = ['0', 'false', 'n', 'no', ''];

function isSet(name: string, env: NodeJS.ProcessEnv = process.env): boolean {
  return YES.includes((env[name] ?? '').toLowerCase());
}

/** @throws Failure `usage` for a switch whose variable says neither yes nor no */
function checkSwitches(flags: Record<string, { type?: string; env?: string | undefined }>): void {
  for (const { type, env } of Object.values(flags)) {
    const value = (env === undefined ? undefined : process.env[env]) ?? '';
    if (type === 'boolean' && !YES.includes(value.toLowerCase()) && !NO.includes(value.toLowerCase())) throw unclearSwitch(env ?? '', value, [...YES, ...NO].filter(Boolean));
  }
}

/**
 * A command. Subclasses say `summary`, `description`, `args`, `flags` (through `withEnv`),
 * do their work in `execute`, and show its result to people in `render`. Rooms are imported inside `execute`,
 * because everything imported at the top of the file is paid for at each start.
 *
 * @typeParam T the JSON result, a stable shape.
 */
export abstract class PlugsmithCommand<T> extends Command {
  static override baseFlags = withEnv({
    json: Flags.boolean({ description: 'print one JSON document on stdout, events on stderr', helpGroup: 'GLOBAL' }),
    'no-color': Flags.boolean({ description: 'no colours (as NO_COLOR)', helpGroup: 'GLOBAL' }),
    verbose: Flags.boolean({ description: 'say more while working', helpGroup: 'GLOBAL' }),
  });

  /** Set before `execute` runs. */
  protected ui!: Ui;

  /** Does the work. @throws Failure for what a user can understand; anything else is shown as a fault of ours. */
  protected abstract execute(): Promise<Outcome<T>>;

  /** The result as text for people, without a final line end; empty prints nothing. Not called with `--json`. */
  protected abstract render(result: T): string;

  /** Goes over to JSON, for a flag of a command's own that means `--json` too. */
  protected useJson(): void {
    this.ui = new Ui({ json: true, verbose: this.ui.verbose });
  }

  /** As oclif's, except that an empty argument is refused, and that a repeatable flag set by its environment variable is a list too, split at commas. */
  protected override async parse<F extends Values, B extends Values, A extends Values>(
    options?: Input<F, B, A>,
    argv = this.argv,
  ): Promise<ParserOutput<F, B, A>> {
    checkSwitches({ ...PlugsmithCommand.baseFlags, ...this.ctor.flags });
    const parsed = await super.parse<F, B, A>(options, argv);
    if (parsed.argv.includes('')) throw emptyArgument(Object.entries(parsed.args).find(([, value]) => value === '')?.[0]);
    const flags: Record<string, unknown> = parsed.flags;
    for (const [name, flag] of Object.entries(this.ctor.flags ?? {})) {
      const value = flags[name];
      if ('multiple' in flag && flag.multiple === true && typeof value === 'string') flags[name] = value.split(',').map((part) => part.trim());
    }
    return parsed;
  }

  /** Runs the command to its end and sets the exit code. Never throws. */
  override async run(): Promise<void> {
    if (this.argv.includes('--no-color') || isSet('PLUGSMITH_NO_COLOR')) process.env['NO_COLOR'] = '1';
    this.ui = new Ui({ json: wantsJson(this.argv), verbose: this.argv.includes('--verbose') || isSet('PLUGSMITH_VERBOSE') });
    try {
      const { result, exitCode = ExitCode.ok } = await this.execute();
      if (isStopping()) return;
      const text = this.ui.json ? '' : this.render(result);
      if (this.ui.json) this.ui.document(result);
      else if (text !== '') this.ui.out(text);
      process.exitCode = exitCode;
    } catch (error) {
      // A hook that stops the work makes it fail; the entry tells of the interruption, once.
      if (isStopping()) return;
      const failure = namingVariables(toFailure(error), this.ctor.flags ?? {}, this.argv);
      this.ui.failure(failure);
      process.exitCode = failure.exitCode;
    }
  }
}
