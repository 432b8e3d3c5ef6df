/** Doing something again after every save, until the user stops it. */
import { Failure } from '../../errors/index.js';
import { changes } from '../../lint/index.js';
import { interrupted, isStopping, onExit, toFailure, type Ui } from '../../ui/index.js';

/**
 * @param once does it and shows it. Its signal says that files changed meanwhile: what it shows then is out of date, and the last save wins
 * @throws Failure `usage` with --json; `interrupted` in the end
 */
export async function watchAndRepeat(ui: Ui, paths: readonly string[], cwd: string, once: (outdated: AbortSignal) => Promise<void>): Promise<never> {
  if (ui.json) throw new Failure({ code: 'usage', message: '--watch prints one report after the other, and --json one document.', why: 'Which of the two was meant cannot be told.', next: 'Leave one of them out.' });
  const stop = new AbortController();
  const release = onExit(() => stop.abort());
  const events = changes(paths, cwd, stop.signal);
  try {
    // Asked for before the first look, so that no change falls in between.
    let next = events.next();
    for (;;) {
      const outdated = new AbortController();
      const change = next.then(({ done }) => (outdated.abort(), done));
      ui.clear();
      await once(outdated.signal).catch((error: unknown) => {
        if (!outdated.signal.aborted && !isStopping()) ui.failure(toFailure(error));
      });
      if (!outdated.signal.aborted) ui.note(`Watching for changes (${new Date().toLocaleTimeString('en-GB')}). Stop with Ctrl+C.`);
      if (await change) throw interrupted();
      next = events.next();
    }
  } finally {
    release();
    await events.return(undefined);
  }
}
