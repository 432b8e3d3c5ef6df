/** Charts as SVG text. Colours are classes, so that the page's theme decides them. */
import { perRow, type Span, type TimelineRecord } from '../../timeline.js';
import { clock, escapeHtml, fine, number } from './text.js';

const WIDTH = 860;
const LEFT = 56;
const BUCKETS = 120;

function svg(height: number, label: string, body: string): string {
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(label)}">${body}</svg>`;
}

/** Rows per second over the run's time. */
export function throughputChart({ spans }: TimelineRecord): string {
  const end = Math.max(1, ...spans.map((span) => span.to));
  const buckets = new Float64Array(Math.min(BUCKETS, Math.max(8, spans.length)));
  const size = end / buckets.length;
  for (const { from, to, rows } of spans) {
    const length = Math.max(to - from, 1e-6);
    for (let b = Math.floor(from / size); b < buckets.length && b * size < to; b++) {
      const inside = Math.min(to, (b + 1) * size) - Math.max(from, b * size);
      (buckets[b] as number) += (rows * Math.max(0, inside)) / length;
    }
  }
  const rates = Array.from(buckets, (rows) => (rows / size) * 1000);
  const { top, lines } = scale(Math.max(...rates), 150, 10);
  const x = (b: number): number => LEFT + (b / buckets.length) * (WIDTH - LEFT);
  const y = (rate: number): number => 160 - (rate / top) * 150;
  const path = rates.map((rate, b) => `${b === 0 ? 'M' : 'L'}${x(b).toFixed(1)} ${y(rate).toFixed(1)}H${x(b + 1).toFixed(1)}`).join('');
  const area = `<path class="area" d="${path}V160H${LEFT}Z"/><path class="line" d="${path}"/>`;
  return svg(184, 'rows per second over time', `${lines}${area}${timeAxis(end, 160)}`);
}

/** One lane per worker, one bar per stretch of work. */
export function timelineChart({ spans, deaths }: TimelineRecord): string {
  const workers = Math.max(...spans.map((span) => span.worker));
  const end = Math.max(1, ...spans.map((span) => span.to), ...deaths);
  const x = (ms: number): number => LEFT + (ms / end) * (WIDTH - LEFT);
  const bars = spans.map((span) => {
    const width = Math.max(0.8, x(span.to) - x(span.from) - 0.4);
    const bar = (name: string, height: number): string =>
      `<rect class="${name}" x="${x(span.from).toFixed(1)}" y="${(span.worker * 22 - 2 - height).toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"><title>${escapeHtml(spanTitle(span))}</title></rect>`;
    // As much of it is red as rows failed, and always enough to be seen.
    return bar('work', 16) + (span.failed > 0 ? bar('bad', Math.max(3, (16 * span.failed) / span.rows)) : '');
  });
  const names = Array.from({ length: workers }, (_, i) => `<text x="${LEFT - 6}" y="${i * 22 + 16}" class="end">worker ${i + 1}</text>`);
  const crosses = deaths.map((ms) => `<line class="death" x1="${x(ms).toFixed(1)}" x2="${x(ms).toFixed(1)}" y1="0" y2="${workers * 22 + 4}"><title>a worker was lost after ${clock(ms)}</title></line>`);
  return svg(workers * 22 + 30, 'what each worker did when', names.join('') + bars.join('') + crosses.join('') + timeAxis(end, workers * 22 + 6));
}

function spanTitle({ worker, from, to, row, rows, failed }: Span): string {
  return `worker ${worker}: ${number(rows)} rows from row ${number(row)}, ${clock(to - from)}${failed > 0 ? `, ${number(failed)} failed` : ''} (${fine(perRow({ from, to, rows } as Span) * 1000)} a row)`;
}

/** Shares of a whole, as one bar. */
export function shareBar(parts: readonly { name: string; value: number; unit: string }[]): string {
  const total = parts.reduce((sum, part) => sum + part.value, 0) || 1;
  const shown = parts.filter((part) => part.value / total >= 0.001);
  const pieces = shown.map((part) => `<span class="part p-${escapeHtml(part.name.toLowerCase())}" style="flex:${(part.value / total).toFixed(4)}" title="${escapeHtml(`${part.name}: ${part.unit}`)}"></span>`);
  const legend = shown.map((part) => `<span class="key"><i class="p-${escapeHtml(part.name.toLowerCase())}"></i>${escapeHtml(part.name)} ${escapeHtml(part.unit)}</span>`);
  return `<div class="bar">${pieces.join('')}</div><div class="legend">${legend.join('')}</div>`;
}

/** Points of a cloud; the page's script shows the label of the one under the pointer. */
export function cloudChart(points: readonly number[], id: number, label: string): string {
  const dots: string[] = [];
  for (let i = 0; i < points.length / 2; i++) {
    dots.push(`<circle cx="${(430 + (points[2 * i] as number) * 410).toFixed(1)}" cy="${(190 - (points[2 * i + 1] as number) * 175).toFixed(1)}" r="${points.length > 800 ? 2.6 : 4}" data-i="${i}"/>`);
  }
  return `<svg class="cloud" data-cloud="${id}" viewBox="0 0 ${WIDTH} 380" role="img" aria-label="${escapeHtml(label)}"><line class="grid" x1="0" x2="${WIDTH}" y1="190" y2="190"/><line class="grid" x1="430" x2="430" y1="0" y2="380"/>${dots.join('')}</svg>`;
}

/** Round times along the bottom; a label that would leave the page ends at its edge. */
function timeAxis(end: number, y: number): string {
  const step = timeStep(end / 5);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => {
    const at = LEFT + ((WIDTH - LEFT) * i * step) / end;
    return `<text x="${at.toFixed(1)}" y="${y + 16}" class="${i === 0 ? '' : at > WIDTH - 30 ? 'end' : 'middle'}">${tick(i * step)}</text>`;
  }).join('');
}

const [MINUTE, HOUR] = [60_000, 3_600_000];
/** Steps that people count in, milliseconds, beyond those of tens. */
const CLOCK_STEPS = [15_000, 30_000, ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE), ...[1, 2, 3, 6, 12, 24].map((hours) => hours * HOUR)];

/** The first round step of at least so many milliseconds. */
function timeStep(least: number): number {
  if (least <= 10_000) return niceStep(least);
  return CLOCK_STEPS.find((step) => step >= least) ?? Math.ceil(least / (24 * HOUR)) * 24 * HOUR;
}

/** A round time in the unit it is round in: `250 ms`, `2.5 s`, `90 s`, `15 min`, `6 h`. */
function tick(ms: number): string {
  if (ms < 1000) return ms === 0 ? '0' : `${ms} ms`;
  if (ms <= 90_000 && ms !== MINUTE) return `${ms / 1000} s`;
  return ms % HOUR === 0 ? `${ms / HOUR} h` : `${ms / MINUTE} min`;
}

/** Round numbers up the side. */
function scale(most: number, height: number, from: number): { top: number; lines: string } {
  const step = niceStep(most / 3);
  const count = Math.max(1, Math.ceil(most / step));
  const top = step * count;
  const lines = Array.from({ length: count + 1 }, (_, i) => {
    const y = from + height - (height * i) / count;
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}"/><text x="${LEFT - 6}" y="${(y + 4).toFixed(1)}" class="end">${number(Math.round(step * i))}</text>`;
  });
  return { top, lines: lines.join('') };
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10) * power;
}
