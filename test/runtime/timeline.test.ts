import { describe, expect, it } from 'vitest';
import type { FrameOutcome } from '../../src/runtime/engines/index.js';
import { Timeline } from '../../src/runtime/timeline.js';

const step = (seconds: number) => ({ name: 'Embed', seconds }) as never;
function outcome(row: number, rows: number, timing: FrameOutcome['timing'], more: Partial<FrameOutcome> = {}): FrameOutcome {
  return { frame: { rows, rowNumbers: Array.from({ length: rows }, (_, i) => row + i) }, columns: [], errors: [], stats: { steps: [step(0.01)] }, deaths: 0, ...(timing && { timing }), ...more } as never;
}

describe('Timeline', () => {
  it('counts the wait behind another frame to that frame', () => {
    const timeline = new Timeline(1000);
    timeline.add(outcome(0, 64, { pid: 7, sent: 1000, answered: 1050 }));
    timeline.add(outcome(64, 64, { pid: 7, sent: 1001, answered: 1080 }, { errors: [{}] as never }));
    timeline.add(outcome(128, 64, { pid: 9, sent: 1002, answered: 1040 }));
    const { spans, steps } = timeline.record();
    expect(steps).toEqual(['Embed']);
    expect(spans.map(({ worker, from, to, row, rows, failed }) => [worker, from, to, row, rows, failed])).toEqual([
      [1, 0, 50, 1, 64, 0],
      [1, 50, 80, 65, 64, 1],
      [2, 2, 40, 129, 64, 0],
    ]);
  });

  it('stays bounded and loses no row', () => {
    const timeline = new Timeline(0);
    for (let i = 0; i < 50_000; i++) timeline.add(outcome(i * 10, 10, { pid: i % 3, sent: i, answered: i + 3 }));
    const { spans, slowest } = timeline.record();
    expect(spans.length).toBeLessThanOrEqual(1000);
    expect(spans.reduce((sum, { rows }) => sum + rows, 0)).toBe(500_000);
    expect(slowest.length).toBeLessThanOrEqual(12);
    for (let i = 1; i < spans.length; i++) expect(spans[i]?.from).toBeGreaterThanOrEqual(spans[i - 1]?.from ?? 0);
  });

  it('keeps the slowest, and the moments at which workers were lost', () => {
    const timeline = new Timeline(0);
    for (let i = 0; i < 100; i++) timeline.add(outcome(i, 1, { pid: 1, sent: i * 10, answered: i * 10 + (i === 40 ? 9 : 1) }));
    timeline.add(outcome(100, 1, { pid: 1, sent: 1000, answered: 1001 }, { deaths: 2 }));
    timeline.add(outcome(101, 1, undefined, { deaths: 1 }));
    const { slowest, deaths } = timeline.record();
    expect(slowest[0]?.row).toBe(41);
    expect(deaths).toHaveLength(3);
    expect(deaths[0]).toBe(1001);
  });
});
