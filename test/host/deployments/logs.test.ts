import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DeploymentLog, type LogEntry } from '../../../src/host/deployments/logs.js';
import { testHost } from '../support.js';
import { infer, messages, plugins, quick, up } from './support.js';

let folder: string;
let now = 1_700_000_000_000;
const clock = { now: () => now, elapsed: () => now };
const open = (limits = { bytes: 4096, linesPerSecond: 1000 }): DeploymentLog => new DeploymentLog(join(folder, 'ns', 'p.ndjson'), clock, limits);

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'plugsmith-logs-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a log', () => {
  test('numbers its lines, also over a restart', () => {
    const log = open();
    log.write('info', 'stdout', 'one');
    log.write('warn', 'stderr', 'two');
    expect(log.read(0, 10)).toEqual([
      { seq: 1, time: '2023-11-14T22:13:20.000Z', level: 'info', source: 'stdout', message: 'one' },
      { seq: 2, time: '2023-11-14T22:13:20.000Z', level: 'warn', source: 'stderr', message: 'two' },
    ]);
    const again = open();
    again.write('info', 'host', 'three');
    expect(again.read(1, 1).map(({ seq }) => seq)).toEqual([2]);
    expect(again.read(2, 10).map(({ seq, message }) => [seq, message])).toEqual([[3, 'three']]);
  });

  test('keeps to its size and loses the oldest lines only', () => {
    const log = open();
    for (let i = 0; i < 200; i += 1) log.write('info', 'stdout', `line ${i}`);
    const file = join(folder, 'ns', 'p.ndjson');
    expect(statSync(file).size + statSync(`${file}.1`).size).toBeLessThanOrEqual(4096);
    const left = log.read(0, 1000);
    expect(left.at(-1)?.message).toBe('line 199');
    expect(left.map(({ seq }) => seq)).toEqual(Array.from({ length: left.length }, (_, i) => 201 - left.length + i));
  });

  test.each([
    ['terminal escapes', '\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link', 'red link'],
    ['control characters', 'a\u0000b\rc\u009b', 'a b c '],
    ['text that is shown backwards', 'safe\u202egnp.exe', 'safe gnp.exe'],
    ['a secret', 'the key is hunter-two.', 'the key is ***.'],
    ['a secret with an escape in it', 'hun\u001b[0mter-two', '***'],
    ['a line of a secret of several lines', 'second line of it', '*** of it'],
    ['very long lines', 'x'.repeat(20_000), 'x'.repeat(8192)],
  ])('shows no %s', (_, text, expected) => {
    const log = open({ bytes: 1e6, linesPerSecond: 1000 });
    log.hide('hunter-two');
    log.hide('first line\nsecond line');
    log.hide('abc');
    log.write('info', 'stdout', text);
    expect(log.read(0, 1)[0]?.message).toBe(expected);
  });

  test('drops what is too much in a second, and says how much', () => {
    const log = open({ bytes: 1e6, linesPerSecond: 3 });
    for (let i = 0; i < 10; i += 1) log.write('info', 'stdout', `line ${i}`);
    now += 1000;
    log.write('info', 'stdout', 'later');
    expect(log.read(0, 100).map(({ message }) => message)).toEqual(['line 0', 'line 1', 'line 2', '7 lines were dropped: more than 3 in a second', 'later']);
  });

  test('cuts off half a line that a crash left', () => {
    open().write('info', 'stdout', 'whole');
    const file = join(folder, 'ns', 'p.ndjson');
    appendFileSync(file, '{"seq":2,"mess');
    const log = open();
    log.write('info', 'stdout', 'next');
    expect(readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => (JSON.parse(line) as LogEntry).message)).toEqual(['whole', 'next']);
    expect(existsSync(`${file}.1`)).toBe(false);
  });

  test('outlives a disk that refuses lines, and says how many', () => {
    const file = join(folder, 'ns', 'p.ndjson');
    const log = open();
    // Nothing can be appended to a folder.
    mkdirSync(file);
    for (const text of ['one', 'two']) log.write('info', 'stdout', text);
    rmdirSync(file);
    // A disk that fills up in the middle of a line leaves the half of it.
    writeFileSync(file, '{"seq":2,"mess');
    expect(log.read(0, 10)).toEqual([]);
    for (const text of ['three', 'four']) log.write('info', 'stdout', text);
    expect(log.read(0, 10).map(({ seq, message }) => [seq, message])).toEqual([[4, '2 lines before this one could not be written to the disk'], [5, 'three'], [6, 'four']]);
  });

  test('is followed without gaps and without waiting', async () => {
    const log = open({ bytes: 1e6, linesPerSecond: 1000 });
    for (const text of ['a', 'b', 'c']) log.write('info', 'stdout', text);
    const end = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { message } of log.follow(1, end.signal)) {
        seen.push(message);
        if (message === 'b') log.write('info', 'stdout', 'd');
        if (message === 'd') end.abort();
      }
    })();
    await reading;
    expect(seen).toEqual(['b', 'c', 'd']);
  });
});

test('over HTTP: after, limit, follow', async () => {
  const host = await testHost({ sandbox: 'auto', deployments: quick });
  const id = await up(host);
  for (const text of ['one', 'two', 'three']) await infer(host, id, { do: 'log', text });
  const all = await messages(host, id);
  expect(all.slice(-3)).toEqual(['one', 'two', 'three']);
  expect(await messages(host, id, `?after=${all.length - 2}`)).toEqual(['two', 'three']);
  expect(await messages(host, id, `?after=${all.length - 3}&limit=1`)).toEqual(['one']);
  const gone = new AbortController();
  const response = await fetch(`${host.host.url}${plugins}/${id}/logs?follow=true&limit=1`, { headers: { authorization: `Bearer ${host.key}` }, signal: gone.signal });
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const read = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream() as never).getReader() as ReadableStreamDefaultReader<string>;
  expect((await read.read()).value).toContain('"three"');
  await infer(host, id, { do: 'log', text: 'four' });
  expect((await read.read()).value).toContain('"four"');
  gone.abort();
});
