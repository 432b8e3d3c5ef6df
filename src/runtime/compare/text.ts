/** A comparison for people. */
import type { FeatureDiff, RunDiff } from './index.js';

export function diffText(diff: RunDiff): string {
  const { rows, runs } = diff;
  const lines = [`Run ${runs[0]} before, run ${runs[1]} after`, ''];
  const lonely = [rows.only_before > 0 && `${number(rows.only_before)} only before`, rows.only_after > 0 && `${number(rows.only_after)} only after`].filter(Boolean);
  lines.push(`  rows      ${number(rows.both)} in both${lonely.length > 0 ? `, ${lonely.join(', ')}` : ''}`);
  lines.push(`  speed     ${number(diff.rows_per_second[0])} -> ${number(diff.rows_per_second[1])} rows/s${ratio(diff.rows_per_second)}`);
  if (diff.failed[0] + diff.failed[1] > 0) lines.push(`  failed    ${number(diff.failed[0])} -> ${number(diff.failed[1])}`);
  for (const [name, feature] of Object.entries(diff.features)) lines.push(...featureLines(name, feature));
  for (const [name, { changed }] of Object.entries(diff.fields)) lines.push(`  field     ${name}: ${changed === 0 ? 'the same in all rows' : `${number(changed)} ${changed === 1 ? 'row differs' : 'rows differ'}`}`);
  return lines.join('\n');
}

function featureLines(name: string, feature: FeatureDiff): string[] {
  const { dim, coverage } = feature;
  const lines = [`  feature   ${name}: ${headline(feature)}`];
  if (dim[0] !== dim[1]) lines.push(`              ${dim[0] ?? 'no'} -> ${dim[1] ?? 'no'} dimensions: nothing to compare`);
  if (coverage[0] !== coverage[1]) lines.push(`              coverage ${share(coverage[0])} -> ${share(coverage[1])}`);
  if (feature.gained + feature.lost > 0) lines.push(`              ${number(feature.lost)} vectors lost, ${number(feature.gained)} gained`);
  if (feature.changed > 0) {
    lines.push(`              change (1 - cosine): mean ${small(feature.mean)}, median ${small(feature.median)}, p95 ${small(feature.p95)}, max ${small(feature.max)}`);
    for (const { document_id, change, text } of feature.most) lines.push(`              ${small(change).padStart(8)}  ${document_id}${text === null ? '' : `  ${text}`}`);
  }
  return lines;
}

function headline({ rows, changed, dim, gained, lost }: FeatureDiff): string {
  if (dim[0] !== dim[1]) return 'another size';
  if (changed === 0) return gained + lost > 0 ? `the same in the ${number(rows)} rows that have it in both` : `the same to the last bit in ${number(rows)} rows`;
  return `${number(changed)} of ${number(rows)} rows changed`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function share(value: number | null): string {
  return value === null ? 'none' : `${(Math.floor(value * 1000) / 10).toFixed(1)}%`;
}

function small(value: number): string {
  return value === 0 ? '0' : value < 0.0001 ? value.toExponential(1) : value.toFixed(4);
}

function ratio([before, after]: readonly [number, number]): string {
  return before > 0 && after > 0 ? ` (${(after / before).toFixed(2)} times)` : '';
}
