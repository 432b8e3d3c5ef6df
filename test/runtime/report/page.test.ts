import { describe, expect, it } from 'vitest';
import type { PageData } from '../../../src/runtime/report/page/data.js';
import { timelineChart } from '../../../src/runtime/report/page/charts.js';
import { pageHtml } from '../../../src/runtime/report/page/html.js';
import { escapeHtml, fine, scriptJson } from '../../../src/runtime/report/page/text.js';

const HOSTILE = '</script><img src=x onerror=alert(1)> "\'& \u0000 \u2028';

const data = (timeline: PageData['timeline'] = null): PageData =>
  ({
    record: { id: HOSTILE, plugsmith: '0.1.0', started: '2026-01-31T10:15:00.000Z', status: 'partial', plugin: { name: HOSTILE, version: '1.0.0', plugin_id: '', digest: 'd' }, input: { path: HOSTILE }, options: { parameters: { x: HOSTILE }, batch_size: null }, output: { path: HOSTILE }, resumed: 1 },
    result: { status: 'partial', rows: { in: 3, out: 2, failed: 1, skipped: 0 }, rows_per_second: 10, seconds: 0.3, features: { [HOSTILE]: { written: 2, null: 0, wrong_size: 0, nan: 0, zero: 1, coverage: 0.66 } }, steps: [{ name: HOSTILE, rows: 3, batches: 1, seconds: 0.2, model_seconds: 0.1, tokenizer_seconds: 0, io_seconds: 0.05, model_calls: 1 }], warnings: [{ code: 'x', message: HOSTILE, next: HOSTILE }], failure_reasons: [{ rows: 1, step: HOSTILE, kind: 'exception', message: HOSTILE, at: HOSTILE, first_row: 2 }], metrics: {} },
    timeline,
    failures: [{ row: 2, documentId: HOSTILE, step: HOSTILE, kind: 'exception', message: HOSTILE, at: null }],
    clouds: [{ feature: HOSTILE, dim: 2, rows: 2, points: [0, 0, 1, -1], share: [0.5, 0.5], labels: [HOSTILE, 'b'] }],
  }) as unknown as PageData;

const span = { worker: 1, from: 0, to: 100, row: 1, rows: 3, failed: 1, steps: [0.1] };

describe('the time below a chart', () => {
  it.each<[number, string[]]>([
    [0, ['0', '1 ms']], [7, ['0', '2 ms', '4 ms', '6 ms']], [103, ['0', '50 ms', '100 ms']], [1234, ['0', '500 ms', '1 s']], [7300, ['0', '2 s', '4 s', '6 s']],
    [61_000, ['0', '15 s', '30 s', '45 s', '1 min']], [150_000, ['0', '30 s', '1 min', '90 s', '2 min', '2.5 min']], [3_700_000, ['0', '15 min', '30 min', '45 min', '1 h']], [200 * 3_600_000, ['0', '48 h', '96 h', '144 h', '192 h']],
  ])('of %d ms is told in round times', (to, labels) => {
    const svg = timelineChart({ steps: ['Embed'], spans: [{ ...span, to }], slowest: [], deaths: [] });
    expect([...svg.matchAll(/>([^<]+)<\/text>/g)].map((match) => match[1]).filter((label) => label !== 'worker 1')).toEqual(labels);
    expect(svg).not.toContain('NaN');
  });
});

describe('the page', () => {
  it.each<[string, PageData]>([
    ['without a timeline', data()],
    ['with one', data({ steps: ['Embed'], spans: [span], slowest: [span], deaths: [50] })],
    ['with an empty one', data({ steps: [], spans: [], slowest: [], deaths: [] })],
  ])('%s: hostile texts stay texts', (_, page) => {
    const html = pageHtml(page);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toMatch(/<img|\u0000|NaN|undefined|Infinity/);
  });

  it('asks the network for nothing, and forbids it', () => {
    const html = pageHtml(data({ steps: ['Embed'], spans: [span], slowest: [span], deaths: [] }));
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/https?:|<link|@import|url\(/);
  });

  it('gives the labels back as they were', () => {
    const html = pageHtml(data());
    const json = /<script type="application\/json" id="labels">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
    expect(JSON.parse(json)).toEqual([[HOSTILE, 'b']]);
  });
});

it.each([
  ['a few', 1000, 10, 3],
  ['half', 1000, 500, 8],
  ['all', 64, 64, 16],
])('of a bar, as much is red as rows failed: %s', (_, rows, failed, height) => {
  const html = pageHtml(data({ steps: [], spans: [{ ...span, rows, failed }], slowest: [], deaths: [] }));
  expect(html).toMatch(new RegExp(`class="bad"[^>]* y="${(20 - height).toFixed(1)}"[^>]* height="${height.toFixed(1)}"`));
});
it.each([[0.00421, '0.00421 ms'], [105.4, '105 ms'], [1.0234, '1.02 ms'], [20945.6, '20,946 ms']])('fine(%j)', (ms, expected) => expect(fine(ms)).toBe(expected));
it('what there is one of has no s', () => expect(pageHtml(data())).toContain('3 rows, 1 batch, 200 ms, 1 model call<'));

it.each([['<b>', '&#60;b&#62;'], ['a"b\'c', 'a&#34;b&#39;c'], ['\u0007', '\ufffd'], ['plain text, umlaut ä', 'plain text, umlaut ä']])('escapeHtml %j', (text, expected) => expect(escapeHtml(text)).toBe(expected));
it('scriptJson cannot end its element', () => expect(scriptJson('</script>\u2028')).toBe('"\\u003c/script>\\u2028"'));
