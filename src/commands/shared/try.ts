/** `plugin run --watch`: the first rows after every save. */
import type { TryOptions } from '../../runtime/index.js';
import { formatDuration, onExit, plural, type Ui } from '../../ui/index.js';
import { watchAndRepeat } from './watch.js';

/** Failed rows whose reason is shown. */
const REASONS = 5;

export async function tryOnSave(ui: Ui, options: Omit<TryOptions, 'worker' | 'onLog'>): Promise<never> {
  const { showValues, tryRows, warmWorker } = await import('../../runtime/index.js');
  const worker = warmWorker();
  const release = onExit(() => worker.kill());
  try {
    return await watchAndRepeat(ui, [options.plugin], process.cwd(), async (outdated) => {
      const kill = (): void => void worker.kill();
      outdated.addEventListener('abort', kill);
      const started = performance.now();
      try {
        const { manifest, rows, errors } = await tryRows({ ...options, worker, onLog: (line) => ui.note(`${line.step ?? line.source}  ${line.message}`) });
        const failed = errors.slice(0, REASONS).map(({ row, step, message, at }) => `row ${row + 1}  ${step === '' ? '' : `${step}: `}${message}${at === null ? '' : ` (${at})`}`);
        const more = errors.length > REASONS ? [`and ${plural(errors.length - REASONS, 'row')} more`] : [];
        const summary = `${manifest.feature_extractor_name}: ${plural(rows.length, 'row')}${errors.length > 0 ? `, ${errors.length} failed` : ''}, ${formatDuration((performance.now() - started) / 1000)}`;
        ui.out([showValues(rows, ui.width), ...(failed.length > 0 ? [ui.theme.error([...failed, ...more].join('\n'))] : []), ui.theme.good(summary)].join('\n\n'));
      } finally {
        outdated.removeEventListener('abort', kill);
      }
    });
  } finally {
    release();
    await worker.kill();
  }
}
