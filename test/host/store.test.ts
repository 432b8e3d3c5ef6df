import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Audit } from '../../src/host/access/audit.js';
import { Keys } from '../../src/host/access/keys.js';
import { RateLimit } from '../../src/host/access/rate-limit.js';
import { Secrets } from '../../src/host/access/secrets.js';
import { Signer } from '../../src/host/access/signing.js';
import { hostClock } from '../../src/host/clock.js';
import { migrations } from '../../src/host/migrations.js';
import { isConflict, migrate, Store, type Migration } from '../../src/host/store/index.js';
import { tempFolder } from './support.js';

const open = async (folder = tempFolder()): Promise<Store> => Store.open(join(folder, 'host.db'));
const table: Migration = { number: 1, name: 'first', sql: 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INTEGER) STRICT' };

describe('the store', () => {
  it('binds whole numbers as integers, gives rows back, and tells conflicts', async () => {
    const store = await open();
    migrate(store, [table]);
    expect(store.run('INSERT INTO t (id, a, n) VALUES (?, ?, ?)', 1, 'x', 2 ** 40)).toBe(1);
    expect(store.get('SELECT a, n, typeof(n) AS kind FROM t WHERE id = ?', 1)).toEqual({ a: 'x', n: 2 ** 40, kind: 'integer' });
    expect(store.get('SELECT a FROM t WHERE id = ?', 2)).toBeUndefined();
    let error: unknown;
    try {
      store.run('INSERT INTO t (id) VALUES (?)', 1);
    } catch (thrown) {
      error = thrown;
    }
    expect(isConflict(error)).toBe(true);
    expect(store.get<{ synchronous: number }>('PRAGMA synchronous')).toEqual({ synchronous: 2 });
  });

  it('runs a transaction whole or not at all, also within another', async () => {
    const store = await open();
    migrate(store, [table]);
    expect(() => store.transaction(() => {
      store.run('INSERT INTO t (id) VALUES (1)');
      store.transaction(() => store.run('INSERT INTO t (id) VALUES (2)'));
      throw new Error('no');
    })).toThrow('no');
    expect(store.all('SELECT * FROM t')).toEqual([]);
    store.transaction(() => store.transaction(() => store.run('INSERT INTO t (id) VALUES (3)')));
    expect(store.all('SELECT id FROM t')).toEqual([{ id: 3 }]);
  });
});

describe('schema changes', () => {
  const second: Migration = { number: 2, name: 'second', sql: 'ALTER TABLE t ADD COLUMN b TEXT' };
  it('keep a copy of what was there, and happen once', async () => {
    const folder = tempFolder();
    const store = await open(folder);
    migrate(store, [table]);
    store.run('INSERT INTO t (id, a) VALUES (1, ?)', 'x');
    migrate(store, [table, second]);
    migrate(store, [table, second]);
    expect(store.all('SELECT * FROM t')).toEqual([{ id: 1, a: 'x', n: null, b: null }]);
    expect(readdirSync(folder)).toContain('host.db.v1');
    copyFileSync(join(folder, 'host.db.v1'), join(folder, 'old.db'));
    const old = await Store.open(join(folder, 'old.db'));
    expect(old.all('SELECT * FROM t')).toEqual([{ id: 1, a: 'x', n: null }]);
  });

  it('leave everything as it was where one of them fails', async () => {
    const folder = tempFolder();
    const store = await open(folder);
    migrate(store, [table]);
    expect(() => migrate(store, [table, second, { number: 3, name: 'bad', sql: 'NO SUCH STATEMENT' }])).toThrow(expect.objectContaining({ code: 'host-state' }));
    expect(store.get('PRAGMA user_version')).toEqual({ user_version: 1 });
    expect(store.all('PRAGMA table_info(t)')).toHaveLength(3);
    expect(existsSync(join(folder, 'host.db.v1.part'))).toBe(false);
  });

  it('are numbered without gaps', () => {
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, i) => i + 1));
  });
});

describe('what lies in it', () => {
  const full = async (): Promise<{ store: Store; folder: string }> => {
    const folder = tempFolder();
    const store = await open(folder);
    migrate(store, migrations);
    return { store, folder };
  };

  it('the audit log cannot be changed unnoticed', async () => {
    const { store } = await full();
    const audit = new Audit(store, hostClock());
    for (const subject of ['a', 'b', 'c']) audit.write({ actor: 'x', action: 'y', subject, outcome: 'done' });
    expect(audit.firstBroken()).toBeNull();
    expect(() => store.run("UPDATE audit SET subject = 'z' WHERE seq = 2")).toThrow('append-only');
    expect(() => store.run('DELETE FROM audit')).toThrow('append-only');
    store.exec('DROP TRIGGER audit_keeps');
    store.run("UPDATE audit SET subject = 'z' WHERE seq = 2");
    expect(audit.firstBroken()).toBe(2);
  });

  it('a key is good until it expires, and a mistyped one is told without a look', async () => {
    const { store } = await full();
    let now = 1_000_000;
    const keys = new Keys(store, { now: () => now, elapsed: () => 0 });
    const { token, record } = keys.create({ name: 'a', scopes: ['read'], namespaces: ['n'], life: 1000 });
    expect(keys.find(token)).toMatchObject({ id: record.id, scopes: ['read'], namespaces: ['n'] });
    expect(keys.find(`${token.slice(0, -1)}!`)).toBeUndefined();
    expect(keys.find(token.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')))).toBeUndefined();
    now += 1000;
    expect(keys.find(token)).toBeUndefined();
  });

  it('a secret belongs to its name', async () => {
    const { store, folder } = await full();
    const secrets = new Secrets(store, hostClock(), folder);
    secrets.set('A', 'one');
    secrets.set('B', 'two');
    expect(secrets.get('A')).toBe('one');
    expect(new Secrets(store, hostClock(), folder).get('B')).toBe('two');
    store.run("UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE secret_name = 'B') WHERE secret_name = 'A'");
    expect(() => secrets.get('A')).toThrow(expect.objectContaining({ code: 'secret-unreadable' }));
  });

  it('a signed URL says again what was signed, whatever that is, over a restart and one change of keys', async () => {
    const { folder } = await full();
    const whole = fc.nat({ max: 1e15 });
    const grant = fc.record({ method: fc.constantFrom('PUT' as const, 'GET' as const), subject: fc.string(), owner: fc.string(), expires: whole, limit: whole, length: fc.option(whole, { nil: undefined }), sha256: fc.option(fc.string(), { nil: undefined }) });
    const signer = new Signer(folder, 1000);
    fc.assert(fc.property(grant, (given) => {
      const asked = new URL(`http://x/?${signer.sign(given)}`).searchParams;
      expect(signer.verify(given.method, given.subject, Object.fromEntries(asked))).toEqual(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
    }), { numRuns: 200 });
    const query = Object.fromEntries(new URLSearchParams(signer.sign({ method: 'PUT', subject: 'a', owner: 'b', expires: 1, limit: 2 })));
    const later = new Signer(folder, 2000);
    later.rotateAfter(1000, 2000);
    later.rotateAfter(1000, 2001);
    expect(later.verify('PUT', 'a', query)).toBeDefined();
    // A clock that was an age ahead is put right: once changed, not at every look.
    later.rotateAfter(1000, 500);
    later.rotateAfter(1000, 500);
    expect(new Signer(folder, 500).verify('PUT', 'a', query)).toBeUndefined();
    expect(later.explain(query)).toContain('replaced');
    expect(later.explain(Object.fromEntries(new URLSearchParams(later.sign({ method: 'PUT', subject: 'a', owner: 'b', expires: 1, limit: 2 }))))).toContain('on the way');
  });

  it('a budget fills up again', () => {
    let now = 0;
    const limit = new RateLimit({ now: () => 0, elapsed: () => now }, 60);
    for (let i = 0; i < 60; i += 1) expect(limit.take('a').wait).toBe(0);
    expect(limit.take('a').wait).toBeCloseTo(1);
    expect(limit.take('b').wait).toBe(0);
    now += 2000;
    expect([limit.take('a').wait, limit.take('a').wait, limit.take('a').wait > 0]).toEqual([0, 0, true]);
  });
});
