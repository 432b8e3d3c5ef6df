/** The report page: one HTML file that needs nothing else. Pure; everything from the run is escaped. */
import { perRow } from '../../timeline.js';
import { cloudChart, shareBar, throughputChart, timelineChart } from './charts.js';
import type { PageData } from './data.js';
import { SCRIPT, STYLE } from './style.js';
import { clock, count, escapeHtml as e, fine, number, percent, scriptJson } from './text.js';

export function pageHtml(data: PageData): string {
  const { record, result, timeline } = data;
  const title = `${record.plugin.name} ${record.plugin.version}`;
  const drawn = timeline !== null && timeline.spans.length > 0 ? timeline : null;
  const sections = [
    warnings(data),
    ...(drawn === null ? [] : [section('Throughput', `<p class="soft">rows per second</p>${throughputChart(drawn)}`), section('Workers', `${timelineChart(drawn)}${record.resumed > 0 ? '<p class="soft">The run was continued; this is its last part.</p>' : ''}`)]),
    steps(data),
    features(data),
    clouds(data),
    failures(data),
    ...(drawn === null ? [] : [slowest(drawn)]),
    about(data),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${e(`${title}, run ${record.id}`)}</title><style>${STYLE}</style></head><body><main>
<header><div><h1>${e(title)}<span class="badge ${result.status}">${result.status}</span></h1>
<p class="soft">Run ${e(record.id)}, ${e(record.started.slice(0, 16).replace('T', ' '))} UTC, input <code>${e(record.input.path)}</code></p></div><button id="theme" type="button">Dark</button></header>
${cards(data)}
${sections.filter(Boolean).join('\n')}
</main><div id="tip"></div><script type="application/json" id="labels">${scriptJson(data.clouds.map((cloud) => cloud.labels))}</script><script>${SCRIPT}</script></body></html>
`;
}

function section(title: string, body: string): string {
  return `<section><h2>${e(title)}</h2>${body}</section>`;
}

function cards({ result }: PageData): string {
  const { rows } = result;
  const shown: [string, string][] = [[number(rows.in), 'rows in'], [number(rows.out), 'rows out'], [number(rows.failed), 'failed'], [number(rows.skipped), 'skipped'], [number(result.rows_per_second), 'rows per second'], [clock(result.seconds * 1000), 'time']];
  return `<div class="cards">${shown.map(([value, what]) => `<div class="card"><b>${e(value)}</b><span>${e(what)}</span></div>`).join('')}</div>`;
}

function warnings({ result }: PageData): string {
  if (result.warnings.length === 0) return '';
  return section('Warnings', result.warnings.map(({ code, message, next }) => `<div class="note"><b>${e(code)}</b> ${e(message)}<br><span class="soft">${e(next)}</span></div>`).join(''));
}

function steps({ result }: PageData): string {
  if (result.steps.length === 0) return '';
  const body = result.steps.map((step) => {
    const other = Math.max(0, step.seconds - step.model_seconds - step.tokenizer_seconds - step.io_seconds);
    const parts = [['Model', step.model_seconds], ['Tokenizer', step.tokenizer_seconds], ['I/O', step.io_seconds], ['Other', other]] as const;
    const again = step.rows > result.rows.in ? ', some again after a failure' : '';
    const facts = `${count(step.rows, 'row')}${again}, ${count(step.batches, 'batch', 'batches')}, ${clock(step.seconds * 1000)}${step.model_calls > 0 ? `, ${count(step.model_calls, 'model call')}` : ''}`;
    return `<div><b>${e(step.name)}</b> <span class="soft">${e(facts)}</span>${shareBar(parts.map(([name, value]) => ({ name, value, unit: clock(value * 1000) })))}</div>`;
  });
  return section('Time in the steps', `${body.join('')}<p class="soft">Seconds of all workers together.</p>`);
}

function features({ result }: PageData): string {
  const entries = Object.entries(result.features);
  if (entries.length === 0) return '';
  const body = entries.map(([name, feature]) => {
    const parts = [['Written', feature.written], ['Null', feature.null], ['Wrong size', feature.wrong_size], ['NaN', feature.nan]] as const;
    return `<div><b>${e(name)}</b> <span class="soft">coverage ${percent(feature.coverage)}${feature.zero > 0 ? `, ${number(feature.zero)} zero vectors` : ''}</span>${shareBar(parts.map(([label, value]) => ({ name: label.split(' ')[0] as string, value, unit: number(value) })))}</div>`;
  });
  return section('Features', body.join(''));
}

function clouds({ clouds: all }: PageData): string {
  return all
    .map(({ feature, dim, rows, points, share }, id) => {
      const shown = points.length / 2;
      const which = shown === rows ? `All ${number(rows)} rows` : `${number(shown)} of ${number(rows)} rows, at even distances`;
      const note = `<p class="soft">${e(`${which}; ${dim} dimensions on the two that differ most (${percent(share[0])} and ${percent(share[1])} of the variance). Rows that are close here may still be apart.`)}</p>`;
      return section(`Where the vectors lie: ${feature}`, cloudChart(points, id, `projection of ${feature}`) + note);
    })
    .join('\n');
}

function failures({ result, failures: rows }: PageData): string {
  if (result.rows.failed === 0) return '';
  const reasons = table(['#rows', 'why', 'step', 'where'], result.failure_reasons.map((reason) => [num(number(reason.rows)), e(reason.message), `<td class="whole">${e(reason.step)}</td>`, mono(reason.at)]));
  const list = table(['#row', 'document_id', 'why', 'where'], rows.map((row) => [num(number(row.row)), mono(row.documentId), e(row.message), mono(row.at)]));
  const more = rows.length < result.rows.failed ? `<p class="soft">The first ${number(rows.length)} of ${number(result.rows.failed)}; all are in failures.jsonl.</p>` : '';
  return section('Failed rows', `${reasons}<details${rows.length <= 20 ? ' open' : ''}><summary>The rows</summary>${list}${more}</details>`);
}

function slowest({ slowest: spans }: NonNullable<PageData['timeline']>): string {
  const rows = spans.map((span) => [num(number(span.row)), num(number(span.rows)), num(fine(perRow(span) * 1000)), num(clock(span.to - span.from)), num(String(span.worker))]);
  return section('Slowest rows', table(['#from row', '#rows', '#each', '#together', '#worker'], rows));
}

function about({ record, result }: PageData): string {
  const facts: [string, string][] = [
    ['plugin', `${record.plugin.plugin_id || record.plugin.name}, sha256 ${record.plugin.digest}`], ['input', record.input.path], ['output', record.output.path], ['parameters', JSON.stringify(record.options.parameters)],
    ['batch size', String(record.options.batch_size ?? 'of the manifest')], ...(record.resumed > 0 ? [['continued', count(record.resumed, 'time')] as [string, string]] : []), ...(Object.keys(result.metrics).length > 0 ? [['metrics', JSON.stringify(result.metrics)] as [string, string]] : []), ['Plugsmith', record.plugsmith],
  ];
  return section('About the run', table(['', ''], facts.map(([name, value]) => [`<span class="soft">${e(name)}</span>`, `<code>${e(value)}</code>`])));
}

/** Cells are HTML. A heading that begins with `#` stands over numbers. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const heads = head.some(Boolean) ? `<thead><tr>${head.map((name) => (name.startsWith('#') ? `<th class="num">${e(name.slice(1))}</th>` : `<th>${e(name)}</th>`)).join('')}</tr></thead>` : '';
  const cell = (html: string): string => (html.startsWith('<td') ? html : `<td>${html}</td>`);
  return `<div class="scroll"><table>${heads}<tbody>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')}</tbody></table></div>`;
}

function num(text: string): string {
  return `<td class="num">${e(text)}</td>`;
}

function mono(text: string | null): string {
  return text === null ? '' : `<code>${e(text)}</code>`;
}
