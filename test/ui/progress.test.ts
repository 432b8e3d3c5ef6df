import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onExit, runExitHooks } from '../../src/ui/index.js';
import { createProgress, progressLine } from '../../src/ui/progress.js';

const state = { done: 0.5, rows: 12_345, rowsPerSecond: 6210.4, failed: 1 };

it.each([
  ['half', state, 'run  [##########----------] 50%  12,345 rows  6,210 rows/s  ETA 0:20  1 failed'],
  ['begun', { ...state, done: 0, failed: 0 }, 'run  [--------------------] 0%  12,345 rows  6,210 rows/s'],
  ['done', { ...state, done: 1, failed: 0 }, 'run  [####################] 100%  12,345 rows  6,210 rows/s'],
  ['of unknown length', { ...state, done: undefined }, 'run  12,345 rows  6,210 rows/s  1 failed'],
])('progressLine, %s', (_, given, line) => {
  expect(progressLine('run', given, 'rows', 20_000)).toBe(line);
});

it('guesses no end in the first seconds', () => {
  expect(progressLine('run', state, 'rows', 2000)).not.toContain('ETA');
});

describe('createProgress', () => {
  // The clock of timers, so that no test waits.
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is quiet without a terminal, however long the job takes', () => {
    const stream = new PassThrough();
    let now = 0;
    const progress = createProgress({ label: 'run', unit: 'rows', stream, now: () => now });
    for (now = 0; now <= 25_000; now += 100) progress.update(state);
    progress.stop();
    expect(stream.read()).toBeNull();
  });

  it('writes nothing for a short job', async () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true });
    const progress = createProgress({ label: 'run', unit: 'rows', stream });
    progress.update(state);
    await vi.advanceTimersByTimeAsync(200);
    progress.stop();
    await vi.advanceTimersByTimeAsync(1000);
    expect(stream.read()).toBe(null);
  });

  it('draws one line on a terminal and removes it', async () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, cursorTo: () => true, clearLine: () => true, moveCursor: () => true });
    const progress = createProgress({ label: 'run', unit: 'rows', stream });
    progress.update(state);
    await vi.advanceTimersByTimeAsync(400);
    vi.useRealTimers();
    await vi.waitFor(() => {
      progress.update(state);
      expect(stream.readableLength).toBeGreaterThan(0);
    });
    expect(progress.drawn()).toBe(true);
    progress.stop();
    expect(progress.drawn()).toBe(false);
    const drawn = String(stream.read());
    expect(drawn).toContain('12,345 rows');
    expect(drawn).not.toContain('\n');
    progress.stop();
  });

  it('gives the terminal back before a second signal can end the process', async () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, cursorTo: () => true, clearLine: () => true, moveCursor: () => true });
    const progress = createProgress({ label: 'run', unit: 'rows', stream });
    // A command's own hook, which may wait for a journal, is there before the line is drawn.
    const drawn: boolean[] = [];
    onExit(() => void drawn.push(progress.drawn()));
    await vi.advanceTimersByTimeAsync(400);
    vi.useRealTimers();
    await vi.waitFor(() => expect(progress.drawn()).toBe(true));
    await runExitHooks('done');
    expect(drawn).toEqual([false]);
    expect(String(stream.read())).toContain('\u001b[?25h');
  });
});
