/** The records of deployments. Every change of a state names the generation that it belongs to, and does nothing for another one. */
import type { Clock } from '../clock.js';
import type { Store, Value } from '../store/index.js';
import type { DeploymentState } from './contract.js';

export interface DeploymentKey {
  namespaceId: string;
  pluginId: string;
}

export interface DeploymentRecord extends DeploymentKey {
  name: string;
  version: string;
  state: DeploymentState;
  generation: number;
  seq: number;
  realtime: boolean;
  /** Batches may use it, or workers answered calls before. */
  ready: boolean;
  network: 'none' | 'full';
  error: string | null;
  queuedAt: number;
  deployedAt: number | null;
}

export interface ActiveVersion {
  pluginId: string;
  previousPluginId: string | null;
  seq: number;
  movedAt: number;
}

interface Row {
  namespace_id: string;
  plugin_id: string;
  name: string;
  version: string;
  state: DeploymentState;
  generation: number;
  seq: number;
  realtime: number;
  ready: number;
  network: 'none' | 'full';
  error: string | null;
  queued_at: number;
  deployed_at: number | null;
}

/** One text for each key. */
export function nameOf({ namespaceId, pluginId }: DeploymentKey): string {
  return `${namespaceId}/${pluginId}`;
}

/** States in which a deploy is on its way. */
export const moving: readonly DeploymentState[] = ['QUEUED', 'PENDING', 'IN_PROGRESS'];

export class DeploymentRecords {
  private readonly targets = new Map<string, string>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  find({ namespaceId, pluginId }: DeploymentKey): DeploymentRecord | undefined {
    const row = this.store.get<Row>('SELECT * FROM deployments WHERE namespace_id = ? AND plugin_id = ?', namespaceId, pluginId);
    return row && toRecord(row);
  }

  /**
   * The version that a name or an id means: one that was ever deployed, or the one that the name points to. Every call
   * asks this, so it is remembered until a record changes. Not for use in a transaction, which may be undone.
   */
  target(namespaceId: string, given: string): string | undefined {
    const cacheKey = `${namespaceId}/${given}`;
    const known = this.targets.get(cacheKey);
    if (known !== undefined) return known;
    const found = this.find({ namespaceId, pluginId: given })?.pluginId ?? this.active(namespaceId, given)?.pluginId;
    if (found !== undefined) this.targets.set(cacheKey, found);
    return found;
  }

  /** In the order in which they were accepted. */
  inState(...states: DeploymentState[]): DeploymentRecord[] {
    return this.store.all<Row>(`SELECT * FROM deployments WHERE state IN (${states.map(() => '?').join(', ')}) ORDER BY seq`, ...states).map(toRecord);
  }

  all(): DeploymentRecord[] {
    return this.store.all<Row>('SELECT * FROM deployments ORDER BY seq').map(toRecord);
  }

  /** Accepts a deploy: a new generation, which supersedes the one before it. */
  queue(key: DeploymentKey & { name: string; version: string }, wish: { realtime: boolean; network: 'none' | 'full' }): DeploymentRecord {
    const now = this.clock.now();
    this.change(
      `INSERT INTO deployments (namespace_id, plugin_id, name, version, state, generation, seq, realtime, ready, network, queued_at, updated_at)
       VALUES (?, ?, ?, ?, 'QUEUED', 1, ?, ?, 0, ?, ?, ?)
       ON CONFLICT (namespace_id, plugin_id) DO UPDATE SET state = 'QUEUED', generation = generation + 1, seq = excluded.seq, realtime = excluded.realtime,
         network = excluded.network, error = NULL, queued_at = excluded.queued_at, updated_at = excluded.updated_at`,
      key.namespaceId, key.pluginId, key.name, key.version, this.nextSeq(), wish.realtime ? 1 : 0, wish.network, now, now,
    );
    return this.find(key) as DeploymentRecord;
  }

  /** Moves on within a generation. False where the generation is over or the state is another one: then nothing changes. */
  move({ namespaceId, pluginId, generation }: Generation, from: readonly DeploymentState[], to: DeploymentState, more: { error?: string; ready?: boolean; deployed?: boolean } = {}): boolean {
    const now = this.clock.now();
    const changed = this.change(
      `UPDATE deployments SET state = ?, error = ?, ready = COALESCE(?, ready), deployed_at = COALESCE(?, deployed_at), updated_at = ?
       WHERE namespace_id = ? AND plugin_id = ? AND generation = ? AND state IN (${from.map(() => '?').join(', ')})`,
      to, more.error ?? null, more.ready === undefined ? null : Number(more.ready), more.deployed ? now : null, now, namespaceId, pluginId, generation, ...from,
    );
    return changed === 1;
  }

  /** Ends the generation, whatever its state; the name no longer points to it. */
  remove(key: DeploymentKey): void {
    const { namespaceId, pluginId } = key;
    this.change("UPDATE deployments SET state = 'NOT_DEPLOYED', generation = generation + 1, ready = 0, error = NULL, deployed_at = NULL, updated_at = ? WHERE namespace_id = ? AND plugin_id = ?", this.clock.now(), namespaceId, pluginId);
    this.unpoint(key);
  }

  /** No name points to a version any more, nor comes back to it. */
  unpoint({ namespaceId, pluginId }: DeploymentKey): void {
    this.change('DELETE FROM active_versions WHERE namespace_id = ? AND plugin_id = ?', namespaceId, pluginId);
    this.change('UPDATE active_versions SET previous_plugin_id = NULL WHERE namespace_id = ? AND previous_plugin_id = ?', namespaceId, pluginId);
  }

  active(namespaceId: string, name: string): ActiveVersion | undefined {
    const row = this.store.get<{ plugin_id: string; previous_plugin_id: string | null; seq: number; moved_at: number }>('SELECT * FROM active_versions WHERE namespace_id = ? AND name = ?', namespaceId, name);
    return row && { pluginId: row.plugin_id, previousPluginId: row.previous_plugin_id, seq: row.seq, movedAt: row.moved_at };
  }

  /** Points a name to a version, unless a deploy that was accepted later has done so already. True where it points there now. */
  point(namespaceId: string, name: string, pluginId: string, seq: number): boolean {
    const before = this.active(namespaceId, name);
    if (before !== undefined && before.seq > seq) return false;
    const previous = before === undefined ? null : before.pluginId === pluginId ? before.previousPluginId : before.pluginId;
    this.change(
      `INSERT INTO active_versions (namespace_id, name, plugin_id, previous_plugin_id, seq, moved_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (namespace_id, name) DO UPDATE SET plugin_id = excluded.plugin_id, previous_plugin_id = excluded.previous_plugin_id, seq = excluded.seq, moved_at = excluded.moved_at`,
      namespaceId, name, pluginId, previous, seq, this.clock.now(),
    );
    return true;
  }

  /** Points a name back to the version before, where it points to `pluginId` and the one before still answers; else to none. */
  turnBack(namespaceId: string, name: string, pluginId: string): string | null {
    const now = this.active(namespaceId, name);
    if (now === undefined || now.pluginId !== pluginId) return now?.pluginId ?? null;
    const before = now.previousPluginId === null ? undefined : this.find({ namespaceId, pluginId: now.previousPluginId });
    if (before === undefined || !before.ready) {
      this.change('DELETE FROM active_versions WHERE namespace_id = ? AND name = ?', namespaceId, name);
      return null;
    }
    this.change('UPDATE active_versions SET plugin_id = ?, previous_plugin_id = NULL, seq = ?, moved_at = ? WHERE namespace_id = ? AND name = ?', before.pluginId, this.nextSeq(), this.clock.now(), namespaceId, name);
    return before.pluginId;
  }

  private change(sql: string, ...values: Value[]): number {
    this.targets.clear();
    return this.store.run(sql, ...values);
  }

  nextSeq(): number {
    const { last } = this.store.get<{ last: number | null }>('SELECT MAX(seq) AS last FROM (SELECT seq FROM deployments UNION ALL SELECT seq FROM active_versions)') as { last: number | null };
    return (last ?? 0) + 1;
  }
}

export type Generation = DeploymentKey & { generation: number };

function toRecord(row: Row): DeploymentRecord {
  return {
    namespaceId: row.namespace_id, pluginId: row.plugin_id, name: row.name, version: row.version, state: row.state, generation: row.generation, seq: row.seq,
    realtime: row.realtime === 1, ready: row.ready === 1, network: row.network, error: row.error, queuedAt: row.queued_at, deployedAt: row.deployed_at,
  };
}
