/** Tells a broken plugin from bad rows: when every row of the first two batches fails alike, the run ends at once. */
import { Failure } from '../errors/index.js';
import type { RowError } from '../protocol/index.js';
import type { FrameOutcome } from './engines/index.js';

const BATCHES = 2;

export class HopelessWatch {
  private readonly failures: (RowError | null)[] = [];
  private done: boolean;

  constructor(
    private readonly batchSize: number,
    active: boolean,
  ) {
    this.done = !active;
  }

  /** @throws Failure `plugin-fails` or `missing-module` */
  see({ frame, errors }: FrameOutcome): void {
    if (this.done) return;
    const byRow = new Map(errors.map((error) => [error.row, error]));
    for (let row = 0; row < frame.rows && this.failures.length < BATCHES * this.batchSize; row++) this.failures.push(byRow.get(row) ?? null);
    const [first] = this.failures;
    if (first === undefined) return;
    if (first === null || this.failures.some((failure) => failure === null || fingerprint(failure) !== fingerprint(first))) {
      this.done = true;
      return;
    }
    const missing = /Cannot find (?:module|package) '([^']+)'/.exec(first.message)?.[1];
    if (missing !== undefined) throw missingModule(missing, first);
    if (this.failures.length === BATCHES * this.batchSize) throw hopeless(first, this.failures.length);
  }
}

/** The place identifies an exception; without one, its message does, unless that names the row. */
function fingerprint({ step, kind, name, at, message }: RowError): string {
  return [step, kind, name, at ?? (kind === 'rows_changed' ? '' : message)].join('\n');
}

function hopeless(error: RowError, rows: number): Failure {
  const said = `${error.step}: ${error.message}${error.at ? ` (${error.at})` : ''}`;
  // What the supervisor refused (a secret, a language model) is no defect of the code; its message says what to do.
  const refused = error.name === 'RefusedError';
  return new Failure({
    code: 'plugin-fails',
    message: `Every row of the first two batches failed in the same way: ${said}${/[.!?]$/.test(said) ? '' : '.'}`,
    why: refused ? `All ${rows} rows asked for the same; the others would, too.` : `The same error at the same place on all ${rows} rows is a defect of the plugin, not of the rows.`,
    next: nextStep(error),
    details: { step: error.step, at: error.at, kind: error.kind },
  });
}

function nextStep({ name, at, step }: RowError): string {
  if (name === 'MissingColumnError') return 'Read the row\'s content from the column "data", or name further columns in input_schema.';
  if (name === 'RefusedError') return 'Run it again with what the message asks for; --keep-going runs all rows nevertheless.';
  return `Mend ${at ?? `the step ${step}`}; --keep-going runs all rows nevertheless.`;
}

function missingModule(name: string, error: RowError): Failure {
  return new Failure({
    code: 'missing-module',
    message: `${error.step} needs the package "${name}", which is not there${error.at ? ` (${error.at})` : ''}.`,
    why: 'No row can be processed without it.',
    next: `Install it in the plugin's folder: npm install ${name}`,
  });
}
