/** Asking before many calls of paid services are made. */
import type { Budget } from '../../runtime/index.js';
import { formatNumber, type Ui } from '../../ui/index.js';

/** @throws Failure `needs-answer` naming --yes, where nobody can be asked */
export async function confirmBudget({ steps, rows }: Budget, yes: boolean, ui: Ui): Promise<boolean> {
  const each = rows === null ? 'for every row of an input of unknown length' : `for up to ${formatNumber(rows)} rows`;
  const calls = rows === null ? '' : `, up to ${formatNumber(rows * steps.length)} calls`;
  const what = `${steps.join(', ')} ${steps.length === 1 ? 'calls a service' : 'call services'} ${each}${calls}`;
  if (yes) {
    ui.note(`${what}.`);
    return true;
  }
  return ui.confirm(`${what}. Go on?`, { default: false, flag: '--yes (or fewer rows: --limit 1000)' });
}
