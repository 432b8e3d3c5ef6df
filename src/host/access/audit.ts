/** What was done, by whom, and how it ended. Append-only; each row's hash covers the one before, so a change shows. */
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { Store } from '../store/index.js';

export interface AuditEntry {
  /** A key's id, `local`, `host` or `unknown`. */
  actor: string;
  /** `upload.confirm`, `key.create`, ... */
  action: string;
  /** What it was done to. */
  subject: string;
  outcome: 'done' | 'refused';
  /** Never a secret. */
  details?: Record<string, unknown>;
}

export interface AuditRow {
  seq: number;
  time: number;
  actor: string;
  action: string;
  subject: string;
  outcome: string;
  details: string;
  hash: string;
}

export class Audit {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** Call it in the transaction of what it tells of. */
  write({ actor, action, subject, outcome, details = {} }: AuditEntry): void {
    this.store.transaction(() => {
      const last = this.store.get<{ seq: number; hash: string }>('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
      const row = { seq: (last?.seq ?? 0) + 1, time: this.clock.now(), actor, action, subject, outcome, details: JSON.stringify(details) };
      this.store.run(
        'INSERT INTO audit (seq, time, actor, action, subject, outcome, details, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        row.seq, row.time, actor, action, subject, outcome, row.details, chain(last?.hash ?? '', row),
      );
    });
  }

  /** Rows after `after`, oldest first. */
  list(after: number, limit: number): AuditRow[] {
    return this.store.all<AuditRow>('SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?', after, limit);
  }

  /** The number of the first row that was changed or taken away, or null where all is as it was written. */
  firstBroken(): number | null {
    let previous = '';
    let expected = 1;
    for (const row of this.store.all<AuditRow>('SELECT * FROM audit ORDER BY seq')) {
      if (row.seq !== expected || row.hash !== chain(previous, row)) return expected;
      previous = row.hash;
      expected += 1;
    }
    return null;
  }
}

function chain(previous: string, { seq, time, actor, action, subject, outcome, details }: Omit<AuditRow, 'hash'>): string {
  return createHash('sha256').update(JSON.stringify([previous, seq, time, actor, action, subject, outcome, details])).digest('hex');
}
