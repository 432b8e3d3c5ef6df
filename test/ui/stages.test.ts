import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Stages } from '../../src/ui/stages.js';
import { createTheme } from '../../src/ui/theme.js';

/** Stages whose lines and events are kept, with a clock that tests move. */
function surface(stream: (PassThrough & { isTTY?: boolean }) | null) {
  const lines: string[] = [];
  const events: object[] = [];
  const clock = { now: 0 };
  const stages = new Stages({ stream, theme: createTheme(false), line: (text) => lines.push(text), event: (event) => events.push(event), now: () => clock.now });
  return { stages, lines, events, clock };
}

test('a line for each stage with its seconds, and one for each change where nothing is redrawn', async () => {
  const { stages, lines, clock } = surface(new PassThrough());
  const result = await stages.run('upload', async () => {
    stages.progress(0.5, '1 MB of 2 MB');
    stages.state('the host checks');
    clock.now = 1234;
    return { result: 7, note: '2 MB' };
  });
  expect(result).toBe(7);
  expect(lines).toEqual(['  upload   the host checks', '✓ upload       1.2 s  2 MB']);
  expect(stages.ended).toEqual([{ stage: 'upload', status: 'done', seconds: 1.234, note: '2 MB' }]);
});

test('a stage that fails is told, and the error goes on', async () => {
  const { stages, lines } = surface(new PassThrough());
  await expect(stages.run('deploy', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(lines).toEqual(['✗ deploy         0 s']);
  expect(stages.ended).toMatchObject([{ stage: 'deploy', status: 'failed', note: null }]);
});

test('events tell the same', async () => {
  const { stages, events } = surface(null);
  await stages.run('deploy', async () => (stages.state('QUEUED'), { result: null }));
  expect(events).toEqual([
    { type: 'stage', stage: 'deploy', status: 'started' },
    { type: 'stage', stage: 'deploy', status: 'running', state: 'QUEUED', seconds: 0 },
    { type: 'stage', stage: 'deploy', status: 'done', seconds: 0 },
  ]);
});

describe('on a terminal', () => {
  // The clock of timers, so that no test waits.
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('the running stage is redrawn with bar, figures and seconds, and gone at its end', async () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true });
    const { stages, lines, clock } = surface(stream);
    let finish: (value: { result: null }) => void = () => undefined;
    const running = stages.run('upload', () => new Promise<{ result: null }>((done) => (finish = done)));
    stages.progress(0.5, '1 MB of 2 MB');
    clock.now = 2500;
    await vi.advanceTimersByTimeAsync(1000);
    await vi.waitFor(() => expect(stages.drawn()).toBe(true));
    await vi.advanceTimersByTimeAsync(1000);
    expect(String(stream.read())).toContain('  upload   [##########----------] 50%  1 MB of 2 MB  2.5 s');
    finish({ result: null });
    await running;
    expect(stages.drawn()).toBe(false);
    expect(lines).toEqual(['✓ upload       2.5 s']);
  });
});
