/** Values that must not stand among the arguments: asked for, or read from standard input. */
import { Failure } from '../../errors/index.js';
import type { Ui } from '../../ui/index.js';

/** More than any key or secret. */
const LIMIT = 64 * 1024;

/**
 * Asks on a terminal; elsewhere reads standard input to its end, without the last line end.
 * @param what `the key`, for messages
 * @throws Failure `no-input` where nothing comes
 */
export async function readHidden(ui: Ui, question: string, what: string): Promise<string> {
  if (ui.interactive().interactive) return (await ui.askSecret(question, { flag: 'standard input' })).trim();
  // Whoever forgot to pipe something in should not wait without knowing for what.
  if (process.stdin.isTTY === true) throw none(what);
  ui.note(`Reading ${what} from standard input.`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    if ((bytes += chunk.length) > LIMIT) throw new Failure({ code: 'input-too-large', message: `Standard input holds more than ${LIMIT} bytes.`, why: `${what} was expected there.`, next: 'Give the value itself, not a file around it.' });
  }
  const text = Buffer.concat(chunks).toString('utf8').replace(/\r?\n$/, '');
  if (text === '') throw none(what);
  return text;
}

function none(what: string): Failure {
  return new Failure({ code: 'no-input', message: `Standard input holds nothing where ${what} was expected.`, why: 'It is never an argument: other users of the machine could read it.', next: 'Pipe it in, or run the command on a terminal without --json.' });
}
