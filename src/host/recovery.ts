/** Mending what a crash left, and tidying up from time to time. Each step may be cut off and done again. */
import { messageOf } from '../errors/index.js';
import type { HostContext } from './context.js';
import { forgetLocks } from './deployments/locks.js';
import { killPoint } from './kill-points.js';
import { collectGarbage, emptyStaging } from './plugins/garbage.js';
import { Uploads } from './plugins/uploads.js';

/** Before the host listens: nothing is on its way, so whatever looks like it is left over. */
export function recover(host: HostContext): void {
  emptyStaging(host);
  killPoint('recovery.staging');
  tidy(host);
  killPoint('recovery.garbage');
  host.store.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  killPoint('recovery.checkpoint');
}

const day = 24 * 3600_000;
/** Signed URLs live a day at most, so with two live keys none of them dies early. */
const signingKeyLife = 7 * day;

/** Forgets what has expired, and removes files that no record needs. */
function tidy(host: HostContext): void {
  new Uploads(host).sweep();
  host.store.run('DELETE FROM idempotency WHERE created_at <= ?', host.clock.now() - host.limits.idempotencyLife);
  forgetLocks(host.store);
  host.signer.rotateAfter(signingKeyLife, host.clock.now());
  killPoint('recovery.records');
  collectGarbage(host);
}

const hour = 3600_000;

/** Tidies every hour until it is stopped. */
export function tidyRegularly(host: HostContext): { stop(): void } {
  const timer = setInterval(() => {
    try {
      tidy(host);
    } catch (error) {
      // What could not be removed now is removed next time; the requests matter more.
      host.tell({ level: 'warning', code: 'tidy', message: messageOf(error) });
    }
  }, hour);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
