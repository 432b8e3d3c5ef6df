/** Whether there is somebody to ask, and asking. */
import { Failure } from '../errors/index.js';

export interface Interactivity {
  interactive: boolean;
  /** The one signal that decided. */
  because: string;
}

/** Decides from facts given, so that it can be tested. Prompts are written to stderr, so that is what must be a terminal. */
export function decideInteractive(facts: { json: boolean; env: NodeJS.ProcessEnv; stdinTTY: boolean; stderrTTY: boolean }): Interactivity {
  const ci = facts.env['CI'];
  if (facts.json) return no('--json was given');
  if (ci !== undefined && ci !== '' && ci !== 'false' && ci !== '0') return no('CI is set');
  if (!facts.stdinTTY) return no('stdin is not a terminal');
  if (!facts.stderrTTY) return no('stderr is not a terminal');
  return { interactive: true, because: 'stdin and stderr are a terminal' };
}

function no(because: string): Interactivity {
  return { interactive: false, because };
}

/** What a question needs where nobody can answer. */
export interface Unanswered {
  /** The flag or argument that answers it: `--template text`. */
  flag: string;
}

/** The failure for a question that cannot be asked. */
export function cannotAsk(question: string, { flag }: Unanswered, { because }: Interactivity): Failure {
  return new Failure({
    code: 'needs-answer',
    message: `This needs an answer, and nobody can be asked: ${question}`,
    why: `Plugsmith does not prompt because ${because}.`,
    next: `Give it on the command line: ${flag}`,
    details: { question, flag, because },
  });
}

/** `value  description`, on one line of the terminal; the marks before it take three places. */
function choiceLine(value: string, description: string | undefined): string {
  const line = description ? `${value}  ${description}` : value;
  const width = (process.stderr.columns || 80) - 3;
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}

/** Loaded when the first question is asked: it costs tens of milliseconds. Prompts go to stderr; stdout is for results. */
export async function prompts() {
  const { confirm, input, password, select } = await import('@inquirer/prompts');
  const context = { output: process.stderr };
  return {
    confirm: (message: string, initial: boolean) => confirm({ message, default: initial }, context),
    ask: (message: string, initial: string | undefined, validate: (value: string) => true | string) => input({ message, default: initial, validate }, context),
    secret: (message: string) => password({ message, mask: true, validate: (value) => value.trim() !== '' || 'Type something.' }, context),
    select: (message: string, choices: readonly { value: string; description?: string | undefined }[]) =>
      select({ message, choices: choices.map(({ value, description }) => ({ value, name: choiceLine(value, description), short: value })) }, context),
  };
}
