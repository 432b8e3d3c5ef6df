/** Random lives of three versions of one plugin, against what must always hold. */
import { array, assert, constantFrom, property, tuple } from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DeploymentRecords, moving, type DeploymentRecord } from '../../../src/host/deployments/records.js';
import { migrations } from '../../../src/host/migrations.js';
import { migrate, Store } from '../../../src/host/store/index.js';

const NAME = 'p';
const versions = ['1.0.0', '1.0.1', '2.0.0'];
const key = (version: string): { namespaceId: string; pluginId: string; name: string; version: string } => ({ namespaceId: 'default', pluginId: `p_${version.replaceAll('.', '_')}`, name: NAME, version });

let folder: string;
let store: Store;
let records: DeploymentRecords;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plugsmith-records-'));
  store = await Store.open(join(folder, 'host.db'));
  migrate(store, migrations);
  store.run('INSERT INTO namespaces (namespace_id, namespace_name, created_at) VALUES (?, ?, ?)', 'default', 'default', 0);
  records = new DeploymentRecords(store, { now: () => 1, elapsed: () => 1 });
});
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

type Action = 'accept' | 'step' | 'fail' | 'crash' | 'remove' | 'rollback' | 'late';
const actions: Action[] = ['accept', 'step', 'step', 'step', 'fail', 'crash', 'remove', 'rollback', 'late'];

/** What the manager does at each of these moments, reduced to its effect on the records. */
function apply(action: Action, version: string): void {
  const id = key(version);
  const now = records.find(id);
  switch (action) {
    case 'accept':
      records.queue(id, { realtime: true, network: 'none' });
      return;
    case 'step':
      if (now === undefined) return;
      if (records.move(now, ['QUEUED'], 'PENDING') || records.move(now, ['PENDING'], 'IN_PROGRESS')) return;
      if (records.move(now, ['IN_PROGRESS'], 'DEPLOYED', { ready: true, deployed: true })) records.point('default', NAME, id.pluginId, now.seq);
      return;
    case 'fail':
      if (now !== undefined) records.move(now, moving, 'FAILED', { error: 'broken' });
      return;
    case 'crash':
      if (now !== undefined && records.move(now, ['DEPLOYED'], 'FAILED', { error: 'crashed', ready: false })) records.turnBack('default', NAME, id.pluginId);
      return;
    case 'remove':
      if (now !== undefined) records.remove(id);
      return;
    case 'rollback':
      if (now?.state === 'DEPLOYED') records.point('default', NAME, id.pluginId, records.nextSeq());
      return;
    case 'late': {
      // Whoever still works for an older generation changes nothing.
      if (now === undefined) return;
      const old = { ...now, generation: now.generation - 1 };
      expect(records.move(old, ['QUEUED', 'PENDING', 'IN_PROGRESS', 'DEPLOYED', 'FAILED', 'NOT_DEPLOYED'], 'DEPLOYED', { ready: true })).toBe(false);
    }
  }
}

function check(before: DeploymentRecord | undefined, after: DeploymentRecord | undefined): void {
  expect(after?.generation ?? 0).toBeGreaterThanOrEqual(before?.generation ?? 0);
  const all = records.all();
  const active = records.active('default', NAME);
  const target = all.find(({ pluginId }) => pluginId === active?.pluginId);
  // The name points to one version that was found healthy and still answers, or to none.
  if (active !== undefined) expect(target).toMatchObject({ ready: true, realtime: true });
  if (active?.previousPluginId != null) expect(active.previousPluginId).not.toBe(active.pluginId);
  // Whoever answers and was accepted last is where the name points, unless a rollback said otherwise.
  for (const { seq, ready, state } of all) if (ready && state === 'DEPLOYED' && active !== undefined && seq > active.seq) throw new Error('a later deploy was left behind');
  const seqs = all.map(({ seq }) => seq);
  expect(new Set(seqs).size).toBe(seqs.length);
}

test('hold whatever happens', () => {
  assert(
    property(array(tuple(constantFrom(...actions), constantFrom(...versions)), { maxLength: 40 }), (life) => {
      store.exec('DELETE FROM deployments; DELETE FROM active_versions');
      for (const [action, version] of life) {
        const before = records.find(key(version));
        apply(action, version);
        check(before, records.find(key(version)));
      }
    }),
    { numRuns: Number(process.env['PLUGSMITH_TEST_RUNS'] ?? 40) },
  );
});
