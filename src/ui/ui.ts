/** The terminal, as commands see it: results on stdout, everything else on stderr. */
import type { Failure } from '../errors/index.js';
import { cannotAsk, decideInteractive, type Interactivity, prompts, type Unanswered } from './interactive.js';
import { errorDocument, errorText } from './present.js';
import { createProgress, type Progress } from './progress.js';
import { Stages } from './stages.js';
import { createTheme, type Theme, wantsColour } from './theme.js';

export interface UiOptions {
  json: boolean;
  verbose: boolean;
}

/** An event for programs that follow a command: one JSON object a line on stderr, only with `--json`. */
export interface UiEvent {
  type: string;
  [key: string]: unknown;
}

export class Ui {
  readonly json: boolean;
  readonly verbose: boolean;
  /** Colours for stdout. */
  readonly theme: Theme;
  private readonly errTheme: Theme;
  private bar: Pick<Progress, 'drawn'> | undefined;

  constructor({ json, verbose }: UiOptions) {
    this.json = json;
    this.verbose = verbose;
    this.theme = createTheme(!json && wantsColour(process.stdout));
    this.errTheme = createTheme(wantsColour(process.stderr));
  }

  /** Characters in a line of stdout; 100 where it is no terminal. */
  get width(): number {
    return process.stdout.columns ?? 100;
  }

  /** Part of the human result, on stdout. Nothing with `--json`, where stdout holds one document. */
  out(text: string): void {
    if (!this.json) process.stdout.write(`${text}\n`);
  }

  /** Something worth knowing while the command works, on stderr; with `--json` an event `note`. */
  note(text: string): void {
    if (this.json) this.event({ type: 'note', message: text });
    else this.line(text);
  }

  /** As `note`, for what may need action; event `warning`. */
  warn(text: string): void {
    if (this.json) this.event({ type: 'warning', message: text });
    else this.line(`${this.errTheme.warn('warning')}  ${text}`);
  }

  /** As `note`, only with `--verbose`. */
  detail(text: string): void {
    if (this.verbose) this.note(this.json ? text : this.errTheme.dim(text));
  }

  /** One line of NDJSON on stderr, only with `--json`. */
  event(event: UiEvent): void {
    if (this.json) process.stderr.write(`${JSON.stringify(event)}\n`);
  }

  /** The one document of a command with `--json`. */
  document(value: unknown): void {
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Why the command ended without a result. */
  failure(failure: Failure): void {
    if (this.json) this.document(errorDocument(failure));
    else this.line(this.explain(failure));
  }

  /** A failure in words, for where `failure` has no place to put it. */
  explain(failure: Failure): string {
    return errorText(failure, this.errTheme);
  }

  /** A progress line on stderr; silent with `--json` (send events instead). */
  progress(label: string, unit = 'rows'): Progress {
    return (this.bar = createProgress({ label, unit, stream: this.json ? null : process.stderr }));
  }

  /** The stages of a long command, on stderr; events with `--json`. */
  stages(): Stages {
    const surface = { stream: this.json ? null : process.stderr, theme: this.errTheme, line: (text: string) => (this.json ? undefined : this.line(text)), event: (event: UiEvent) => this.event(event) };
    const stages = new Stages(surface);
    this.bar = stages;
    return stages;
  }

  /** Whether questions can be asked, and what decided that. */
  interactive(): Interactivity {
    return decideInteractive({ json: this.json, env: process.env, stdinTTY: process.stdin.isTTY === true, stderrTTY: process.stderr.isTTY === true });
  }

  /** Asks yes or no. @throws Failure `needs-answer` naming the flag that answers, where nobody can be asked. */
  async confirm(question: string, options: Unanswered & { default: boolean }): Promise<boolean> {
    this.needTerminal(question, options);
    return (await prompts()).confirm(question, options.default);
  }

  /** Asks for a line of text; `validate` gives true or what is wrong. @throws Failure `needs-answer`. */
  async ask(question: string, options: Unanswered & { default?: string; validate?: (value: string) => true | string }): Promise<string> {
    this.needTerminal(question, options);
    return (await prompts()).ask(question, options.default, options.validate ?? ((value) => value.trim() !== '' || 'Type something.'));
  }

  /** Asks for something that is not shown while it is typed. @throws Failure `needs-answer`. */
  async askSecret(question: string, options: Unanswered): Promise<string> {
    this.needTerminal(question, options);
    return (await prompts()).secret(question);
  }

  /** Asks for one of several values. @throws Failure `needs-answer`. */
  async select(question: string, options: Unanswered & { choices: readonly { value: string; description?: string | undefined }[] }): Promise<string> {
    this.needTerminal(question, options);
    return (await prompts()).select(question, options.choices);
  }

  /** An empty screen, where stdout is a terminal; what was there can still be scrolled to. */
  clear(): void {
    if (process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[H');
  }

  /** Asks before a native package is installed; undefined, which means go ahead, after --yes and where nobody can be asked. */
  installPrompt(yes: boolean): ((name: string) => Promise<boolean>) | undefined {
    if (yes || !this.interactive().interactive) return undefined;
    return (name) => this.confirm(`The plugin needs ${name}, which is not installed. Install it into the cache folder now?`, { default: true, flag: '--yes' });
  }

  /** A line on stderr, in place of a progress line that may stand there; that one comes back below it. */
  private line(text: string): void {
    process.stderr.write(`${this.bar?.drawn() ? '\r\u001b[K' : ''}${text}\n`);
  }

  private needTerminal(question: string, unanswered: Unanswered): void {
    const state = this.interactive();
    if (!state.interactive) throw cannotAsk(question, unanswered, state);
  }
}
