/** Adding up what frames report. */
import type { FrameStats, StepStats } from '../../protocol/index.js';

/** Sums of two frames' statistics; the same code adds up a whole run. */
export function addStats(a: FrameStats, b: FrameStats): FrameStats {
  const steps = a.steps.map((step) => ({ ...step, sequential: { ...step.sequential } }));
  for (const step of b.steps) {
    const mine = steps.find((candidate) => candidate.name === step.name);
    if (mine === undefined) steps.push({ ...step, sequential: { ...step.sequential } });
    else addStep(mine, step);
  }
  const features = { ...a.features };
  for (const [name, counts] of Object.entries(b.features)) {
    const mine = features[name];
    features[name] = mine === undefined ? counts : {
      written: mine.written + counts.written, null: mine.null + counts.null, wrong_size: mine.wrong_size + counts.wrong_size,
      nan: mine.nan + counts.nan, zero: mine.zero + counts.zero, seen_size: mine.seen_size || counts.seen_size,
    };
  }
  return {
    steps, features, skipped: a.skipped + b.skipped, reordered: a.reordered + b.reordered, batches: a.batches + b.batches, rss_bytes: Math.max(a.rss_bytes, b.rss_bytes),
    metrics: addCounts(a.metrics, b.metrics),
  };
}

/** Sums by name; names are the plugin's own, `constructor` as well as any other. */
export function addCounts(a: Readonly<Record<string, number>> = {}, b: Readonly<Record<string, number>> = {}): Record<string, number> {
  const sums = new Map(Object.entries(a));
  for (const [name, value] of Object.entries(b)) sums.set(name, (sums.get(name) ?? 0) + value);
  return Object.fromEntries(sums);
}

function addStep(into: StepStats, from: StepStats): void {
  for (const key of ['rows', 'batches', 'seconds', 'model_seconds', 'tokenizer_seconds', 'io_seconds', 'model_calls', 'tokenizer_calls', 'io_calls', 'io_failures'] as const) into[key] += from[key];
  into.first_io_error ??= from.first_io_error;
  for (const key of ['model', 'tokenizer', 'io'] as const) into.sequential[key] += from.sequential[key];
}
