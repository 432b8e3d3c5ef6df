import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeReportPage } from '../../src/runtime/report/page/index.js';
import { findRun, readingRun } from '../../src/runtime/runs.js';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'plugsmith-runs-'))));
afterEach(() => rmSync(root, { recursive: true }));

function run(id: string, text: string): void {
  const folder = join(root, '.plugsmith', 'runs', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'run.json'), text);
}
const finished = (id: string): void => run(id, JSON.stringify({ id, status: 'succeeded', content: { rows: 1 } }));
const cutOff = (id: string): void => run(id, JSON.stringify({ id, status: 'running' }));

describe('the run that is meant', () => {
  it('is the latest, whether or not it came to its end', () => {
    finished('1');
    cutOff('2');
    expect(findRun(root).record.id).toBe('2');
  });
  it('is the latest that came to its end, where results are looked for', () => {
    finished('1');
    finished('2');
    cutOff('3');
    expect(findRun(root, undefined, 'finished').record.id).toBe('2');
    expect(findRun(root, '3', 'finished').record.id).toBe('3');
  });
  it('is one that was cut off where there is no other', () => {
    cutOff('1');
    expect(findRun(root, undefined, 'finished').record.id).toBe('1');
  });
  it('is named where it is not there, or its record is torn', () => {
    expect(() => findRun(root)).toThrow(expect.objectContaining({ code: 'no-run' }));
    run('1', '{"id": "1", "sta');
    expect(() => findRun(root, '2')).toThrow(expect.objectContaining({ code: 'no-run', next: expect.stringContaining('1') }));
    for (const text of ['{"id": "1", "sta', '{}', 'null', '{"id":"7"}']) {
      run('1', text);
      expect(() => findRun(root)).toThrow(expect.objectContaining({ code: 'run-damaged', message: expect.stringContaining('run 1') }));
    }
  });
});

describe('reading what a run wrote', () => {
  it.each<[string, () => unknown]>([
    ['is torn', () => JSON.parse('{"a')],
    ['is gone', () => readFileSync(join(root, 'report.json'))],
  ])('says so where it %s', async (_name, work) => {
    await expect(readingRun('RUN', async () => work())).rejects.toMatchObject({ code: 'run-damaged', why: expect.stringContaining('RUN') });
  });
  it('leaves a fault of ours a fault', async () => {
    await expect(readingRun('RUN', () => Promise.reject(new TypeError('ours')))).rejects.toThrow(TypeError);
  });
});

it('a page takes the place of pages only', async () => {
  await expect(writeReportPage(root, undefined, join(root, 'pipeline.ts'))).rejects.toMatchObject({ code: 'usage', next: expect.stringContaining('.html') });
});
