/** Keys that clients show: `psk_`, an id, a secret and a checksum. The host keeps a hash only. */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Clock } from '../clock.js';
import type { Store } from '../store/index.js';

export const scopes = ['read', 'upload', 'deploy', 'admin'] as const;
/** `admin` includes the others; otherwise a key may do only what it names. */
export type Scope = (typeof scopes)[number];

/** Who makes a request. */
export interface Principal {
  /** The key's id; `local` where the host runs without keys. */
  id: string;
  scopes: readonly Scope[];
  /** Ids of the namespaces it may see; null for all. */
  namespaces: readonly string[] | null;
}

export interface KeyRecord extends Principal {
  name: string;
  createdAt: number;
  expiresAt: number;
  lastUsedAt: number | null;
  revokedAt: number | null;
}

export interface NewKey {
  name: string;
  scopes: readonly Scope[];
  namespaces: readonly string[] | null;
  /** Milliseconds. */
  life: number;
}

interface Row {
  key_id: string;
  name: string;
  hash: string;
  scopes: string;
  namespaces: string | null;
  created_at: number;
  expires_at: number;
  last_used_at: number | null;
  revoked_at: number | null;
}

const prefix = 'psk_';
const idLength = 12;
const secretLength = 32;
const pattern = new RegExp(`^${prefix}[0-9A-Za-z]{${idLength + secretLength + 6}}$`);
/** Uses are noted at most once a minute: noting every one would be a write per request. */
const noteEvery = 60_000;

export class Keys {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** Makes a key. The token is shown this once. */
  create({ name, scopes: granted, namespaces, life }: NewKey): { token: string; record: KeyRecord } {
    const id = randomText(idLength);
    const body = `${prefix}${id}${randomText(secretLength)}`;
    const token = body + checksum(body);
    const now = this.clock.now();
    this.store.run(
      'INSERT INTO keys (key_id, name, hash, scopes, namespaces, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      id, name, hashOf(token), JSON.stringify(granted), namespaces === null ? null : JSON.stringify(namespaces), now, now + life,
    );
    return { token, record: { id, name, scopes: granted, namespaces, createdAt: now, expiresAt: now + life, lastUsedAt: null, revokedAt: null } };
  }

  list(): KeyRecord[] {
    return this.store.all<Row>('SELECT * FROM keys ORDER BY rowid').map(toRecord);
  }

  isEmpty(): boolean {
    return this.store.get('SELECT 1 FROM keys LIMIT 1') === undefined;
  }

  /** False where there is no such key, or it is revoked already. */
  revoke(id: string): boolean {
    return this.store.run('UPDATE keys SET revoked_at = ? WHERE key_id = ? AND revoked_at IS NULL', this.clock.now(), id) === 1;
  }

  /** Who shows this token, or undefined for one that is malformed, unknown, revoked or expired. */
  find(token: string): Principal | undefined {
    if (!pattern.test(token) || checksum(token.slice(0, -6)) !== token.slice(-6)) return undefined;
    const row = this.store.get<Row>('SELECT * FROM keys WHERE key_id = ?', token.slice(prefix.length, prefix.length + idLength));
    // Compared against something even where there is no such id, so that both take the same time.
    const same = timingSafeEqual(Buffer.from(hashOf(token)), Buffer.from(row?.hash ?? hashOf('')));
    const now = this.clock.now();
    if (!same || row === undefined || row.revoked_at !== null || row.expires_at <= now) return undefined;
    if (Math.abs(now - (row.last_used_at ?? 0)) > noteEvery) this.store.run('UPDATE keys SET last_used_at = ? WHERE key_id = ?', now, row.key_id);
    return toRecord(row);
  }
}

function toRecord(row: Row): KeyRecord {
  return {
    id: row.key_id,
    name: row.name,
    scopes: JSON.parse(row.scopes) as Scope[],
    namespaces: row.namespaces === null ? null : (JSON.parse(row.namespaces) as string[]),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}

/** Whether the principal may do what needs this scope. */
export function allows(principal: Principal, scope: Scope): boolean {
  return principal.scopes.includes(scope) || principal.scopes.includes('admin');
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Random letters and digits; five bits and more each. */
export function randomText(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** Six characters, so that a mistyped key is told from a wrong one without a look into the database, and scanners can find leaks. */
function checksum(text: string): string {
  let value = crc32(text);
  let out = '';
  for (let i = 0; i < 6; i += 1) {
    out = alphabet[value % alphabet.length] + out;
    value = Math.floor(value / alphabet.length);
  }
  return out;
}
