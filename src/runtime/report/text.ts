/** The report for people. */
import type { RunResult } from './summary.js';

/** Of the message of a failure, shown at most. */
const MESSAGE_CHARS = 400;

export function reportText(result: RunResult): string {
  const { rows } = result;
  const n = (value: number): string => value.toLocaleString('en-US');
  const lines = [`${headline(result)}  run ${result.run}`, ''];
  lines.push(`  rows      ${n(rows.in)} in, ${n(rows.out)} out${rows.failed ? `, ${n(rows.failed)} failed` : ''}${rows.skipped ? `, ${n(rows.skipped)} skipped` : ''}`);
  lines.push(`  speed     ${n(result.rows_per_second)} rows/s, ${result.seconds.toFixed(result.seconds < 10 ? 2 : 0)} s`);
  for (const [name, feature] of Object.entries(result.features)) {
    const off = [feature.null && `${n(feature.null)} null`, feature.wrong_size && `${n(feature.wrong_size)} wrong size`, feature.nan && `${n(feature.nan)} NaN`, feature.zero && `${n(feature.zero)} zero`].filter(Boolean);
    lines.push(`  feature   ${name}: ${n(feature.written)} written, coverage ${percent(feature.coverage)}${off.length ? ` (${off.join(', ')})` : ''}`);
  }
  for (const step of result.steps) lines.push(`  step      ${step.name}: ${split(step)}`);
  if (result.output !== null) lines.push(`  output    ${result.output}`);
  if (result.failures !== null) lines.push(`  failures  ${result.failures}`);
  for (const reason of result.failure_reasons) lines.push(`  failed    ${because(reason)}`);
  const others = rows.failed - result.failure_reasons.reduce((sum, reason) => sum + reason.rows, 0);
  if (result.failure_reasons.length > 0 && others > 0) lines.push(`  failed    ${n(others)} more ${others === 1 ? 'row' : 'rows'} for other reasons; all are in the file of failures`);
  for (const warning of result.warnings) lines.push('', `  warning ${warning.code}: ${warning.message}`, `    ${warning.next}`);
  return lines.join('\n');
}

function because({ rows, step, message, at, first_row }: RunResult['failure_reasons'][number]): string {
  const which = rows === 1 ? `row ${first_row.toLocaleString('en-US')}` : `${rows.toLocaleString('en-US')} rows, the first row ${first_row.toLocaleString('en-US')}`;
  return `${which}: ${step === '' ? '' : `${step}: `}${clipped(message.replace(/\s+/g, ' '))}${at === null ? '' : ` (${at})`}`;
}

/** The file of failures has the whole message. */
function clipped(message: string): string {
  return message.length <= MESSAGE_CHARS ? message : `${message.slice(0, MESSAGE_CHARS)}…`;
}

function headline(result: RunResult): string {
  if (result.status === 'succeeded') return 'Done.';
  if (result.status === 'partial') return 'Done, with failures.';
  return result.rows.out > result.rows.skipped ? 'Failed: no row has a vector.' : 'Failed: nothing was written.';
}

function percent(share: number): string {
  // Never round an incomplete coverage up to 100%.
  const value = share < 1 ? Math.min(share * 100, 99.9) : 100;
  return `${value.toFixed(value === 100 || value === 0 ? 0 : 1)}%`;
}

function split(step: RunResult['steps'][number]): string {
  const other = Math.max(0, step.seconds - step.model_seconds - step.tokenizer_seconds - step.io_seconds);
  const parts = [['model', step.model_seconds], ['tokenizer', step.tokenizer_seconds], ['I/O', step.io_seconds], ['other', other]] as const;
  const shown = parts.filter(([, seconds]) => seconds >= 0.0005).map(([name, seconds]) => `${name} ${seconds.toFixed(2)} s`);
  return `${step.batches.toLocaleString('en-US')} ${step.batches === 1 ? 'batch' : 'batches'}, ${step.seconds.toFixed(2)} s${shown.length ? ` (${shown.join(', ')})` : ''}`;
}
