/** `Idempotency-Key`: the same key and payload give the same answer and have one effect. Kept by key of the caller and route. */
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { Store } from '../store/index.js';
import { invalid, wrongState } from './errors.js';
import { JsonText } from './json-text.js';
import { Answer } from './route.js';

interface Row {
  fingerprint: string;
  status: number;
  answer: string;
}

/** One request with a key. */
export interface Once {
  /** The stored answer of an earlier request, or undefined, and then this one is the first. */
  begin(fingerprint: string): Answer | undefined;
  /** Remembers the answer. Call it in the transaction of the effect. A second call does nothing. */
  keep(answer: Answer): void;
  /** The request is over, whatever came of it. */
  end(): void;
}

export class Idempotency {
  private readonly running = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly life: number,
  ) {}

  once(actor: string, route: string, key: string): Once {
    const id = JSON.stringify([actor, route, key]);
    let fingerprint: string | undefined;
    let kept = false;
    return {
      begin: (given) => {
        const row = this.store.get<Row>('SELECT fingerprint, status, answer FROM idempotency WHERE actor = ? AND route = ? AND key = ? AND created_at > ?', actor, route, key, this.clock.now() - this.life);
        if (row !== undefined && row.fingerprint !== given) throw invalid('This Idempotency-Key was used for another request.', { validation_errors: [{ type: 'idempotency_key_reused', location: ['header', 'Idempotency-Key'], message: 'Use a new key for a new request.' }] });
        if (row !== undefined) return new Answer(row.status, JSON.parse(row.answer), { 'Idempotent-Replayed': 'true' });
        if (this.running.has(id)) throw wrongState('A request with this Idempotency-Key is still running.', { retry: true });
        this.running.add(id);
        fingerprint = given;
        return undefined;
      },
      keep: ({ status, body }) => {
        if (fingerprint === undefined || kept) return;
        kept = true;
        const sql = 'INSERT OR REPLACE INTO idempotency (actor, route, key, fingerprint, status, answer, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)';
        this.store.run(sql, actor, route, key, fingerprint, status, body instanceof JsonText ? body.text : JSON.stringify(body ?? null), this.clock.now());
      },
      end: () => {
        if (fingerprint !== undefined) this.running.delete(id);
      },
    };
  }
}

/** Of a payload whose parts are JSON values. */
export function fingerprintOf(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
