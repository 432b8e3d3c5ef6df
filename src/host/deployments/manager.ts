/** All deployments of a host: accepts wishes in the database, and makes them so. */
import { messageOf } from '../../errors/index.js';
import type { Sandbox } from '../../runtime/index.js';
import type { HostContext } from '../context.js';
import { notFound, tooMany, unavailable, wrongState } from '../http/errors.js';
import { killPoint } from '../kill-points.js';
import type { PluginRecord } from '../plugins/plugins.js';
import { hasRealtime, logFile, openPlugin } from './hosting.js';
import { DeploymentLog } from './logs.js';
import type { Inputs } from './pool.js';
import { QueueFull } from './pool.js';
import { DeploymentRecords, moving, type DeploymentKey, type DeploymentRecord } from './records.js';
import { rollBack } from './rollback.js';
import { rollOut, type RolloutEnd, type RolloutParts } from './rollout.js';
import { Running, type Crew } from './running.js';
import type { DeploymentSettings } from './settings.js';
import type { RealtimeAnswer } from '../../runtime/index.js';

interface Rollout {
  generation: number;
  abort: AbortController;
  end: Promise<RolloutEnd>;
}

export class DeploymentManager {
  readonly records: DeploymentRecords;
  private readonly running = new Map<string, Running>();
  private readonly rollouts = new Map<string, Rollout>();
  /** Deployments that were up before the host stopped, and are not yet. */
  private readonly recovering = new Set<string>();
  private readonly closing = new AbortController();
  private calls = 0;
  private whenQuiet: (() => void) | undefined;
  private readonly parts: RolloutParts;

  constructor(
    private readonly host: HostContext,
    private readonly sandbox: Sandbox,
    readonly settings: DeploymentSettings,
  ) {
    this.records = new DeploymentRecords(host.store, host.clock);
    this.parts = {
      records: this.records,
      settings,
      prepare: (record) => this.prepare(record),
      dismiss: (record, crew) => this.runningOf(record).dismiss(crew, 0),
      commit: (record) => this.commit(record),
      swap: (record, crew) => this.swap(record, crew),
      retire: (record) => void this.runningOf(record).stop(settings.drain),
      log: (record, level, message) => this.runningOf(record).log.write(level, 'host', message),
    };
  }

  /** Accepts a deploy. Call it in a transaction; work begins when that is over. */
  accept(namespaceId: string, plugin: PluginRecord, wish: { realtime: boolean; network: 'none' | 'full' }): DeploymentRecord {
    const { pluginId, name, version } = plugin;
    const record = this.records.queue({ namespaceId, pluginId, name, version }, { ...wish, realtime: wish.realtime && hasRealtime(plugin) });
    setImmediate(() => this.pump());
    return record;
  }

  /** Settles when no deploy of this version is on its way any more. */
  async settled(key: DeploymentKey): Promise<void> {
    for (;;) {
      this.pump();
      const state = this.records.find(key)?.state;
      if (this.rollouts.size === 0 || state === undefined || !moving.includes(state)) return;
      // Its own, or one that it waits for.
      await (this.rollouts.get(nameOf(key))?.end ?? Promise.race([...this.rollouts.values()].map(({ end }) => end)));
    }
  }

  /** Takes a deployment away. Call it in a transaction, and what it returns after. @throws HttpError 409 while it is on its way, unless forced */
  remove(key: DeploymentKey, force: boolean): { removed: boolean; stop(): Promise<void> } {
    const record = this.records.find(key);
    const isMoving = record !== undefined && moving.includes(record.state);
    if (isMoving && !force) throw wrongState(`${key.pluginId} is being deployed (${record.state}).`, { state: record.state });
    if (record === undefined || (record.state === 'NOT_DEPLOYED' && !record.ready)) return { removed: false, stop: () => Promise.resolve() };
    this.records.remove(key);
    return {
      removed: true,
      stop: async () => {
        this.rollouts.get(nameOf(key))?.abort.abort(new Error('the deployment was taken away'));
        await this.running.get(nameOf(key))?.stop(this.settings.drain);
      },
    };
  }

  /** Points a name to an earlier version, after that was found healthy. @returns the id before @throws see `rollBack` */
  async rollBack(namespaceId: string, target: PluginRecord): Promise<string | null> {
    const key = { namespaceId, pluginId: target.pluginId, name: target.name };
    const previous = await rollBack(
      {
        records: this.records,
        transaction: (work) => this.host.store.transaction(work),
        accept: () => void this.accept(namespaceId, target, { realtime: true, network: this.records.find(key)?.network ?? 'none' }),
        settled: () => this.settled(key),
        warm: async (record) => {
          const crew = await this.runningOf(record).open(() => this.reopen(record));
          await crew.pool.warm(this.settings.healthyWithin);
        },
      },
      key,
    );
    this.runningOf(key).beginProbation();
    return previous;
  }

  /** @throws HttpError 404 (not deployed), 429 (queue), 503 (starting, failed, too slow); Failure `realtime-error` where the plugin threw */
  async call(key: DeploymentKey, given: Inputs): Promise<RealtimeAnswer> {
    if (this.recovering.size > 0 && this.recovering.has(nameOf(key))) throw unavailable(`${key.pluginId} is starting again.`, 1, { state: 'IN_PROGRESS' });
    const running = this.running.get(nameOf(key));
    if (!running?.pool) this.answering(key);
    this.calls += 1;
    try {
      return await (running ?? this.runningOf(key)).call(given, () => this.reopen(key));
    } catch (error) {
      if (error instanceof QueueFull) throw tooMany(`More than ${this.settings.queue} calls of ${key.pluginId} wait.`, 1);
      throw error;
    } finally {
      this.calls -= 1;
      if (this.calls === 0) this.whenQuiet?.();
    }
  }

  /** Workers for a deployment that has none at the moment: it was idle, or the call met a change. @throws HttpError 404, 503 */
  private async reopen(key: DeploymentKey): Promise<Crew> {
    return this.prepare(this.answering(key));
  }

  /** @throws HttpError where a deployment does not answer calls */
  private answering(key: DeploymentKey): DeploymentRecord {
    const record = this.records.find(key);
    if (record === undefined || (record.state === 'NOT_DEPLOYED' && !record.ready)) throw notFound(`${key.pluginId} is not deployed.`);
    if (!record.realtime && record.ready) throw unavailable(`${key.pluginId} is deployed for batches only.`, 60, { state: record.state });
    if (!record.ready) throw unavailable(`${key.pluginId} does not answer: ${record.state}.`, 5, { state: record.state, ...(record.error !== null && { error: record.error }) });
    return record;
  }

  log(key: DeploymentKey): DeploymentLog {
    return this.runningOf(key).log;
  }

  /** Starts again what was up, and goes on with what was on its way. */
  async recover(): Promise<void> {
    for (const record of this.records.inState(...moving)) this.records.move(record, moving, 'QUEUED');
    const wanted = this.records.all().filter((record) => record.realtime && record.ready);
    for (const record of wanted) this.recovering.add(nameOf(record));
    this.pump();
    // One after the other: at a start of the host, its processors have enough to do.
    for (const record of wanted) {
      if (this.closing.signal.aborted) return;
      try {
        const crew = await this.runningOf(record).open(() => this.reopen(record));
        await crew.pool.warm(this.settings.healthyWithin);
        if (!this.records.find(record)?.ready) await this.runningOf(record).stop(0);
      } catch (error) {
        // Calls try again, and the pool's own count decides when it is given up.
        this.runningOf(record).log.write('error', 'host', `it could not be started again: ${messageOf(error)}`);
      } finally {
        this.recovering.delete(nameOf(record));
      }
    }
  }

  numbers(): { record: DeploymentRecord; workers: number; busy: number; waiting: number }[] {
    return this.records.all().map((record) => ({ record, ...(this.running.get(nameOf(record))?.pool?.numbers ?? { workers: 0, busy: 0, waiting: 0 }) }));
  }

  /** Ends when the host stops: nothing new begins, and logs are no longer followed. */
  get ending(): AbortSignal {
    return this.closing.signal;
  }

  /** Calls that came in are answered until the deadline ends; then every worker is ended. */
  async close(deadline: AbortSignal): Promise<void> {
    this.closing.abort(new Error('the host stops'));
    for (const { abort } of this.rollouts.values()) abort.abort(new Error('the host stops'));
    if (this.calls > 0 && !deadline.aborted) {
      await new Promise<void>((quiet) => {
        this.whenQuiet = quiet;
        deadline.addEventListener('abort', () => quiet(), { once: true });
      });
    }
    await Promise.all([...this.running.values()].map((running) => running.end()));
    await Promise.all([...this.rollouts.values()].map(({ end }) => end));
  }

  /** Begins what was accepted, as far as there is room; a newer generation ends the one before it. */
  private pump(): void {
    if (this.closing.signal.aborted) return;
    for (const record of this.records.inState('QUEUED')) {
      const name = nameOf(record);
      const present = this.rollouts.get(name);
      if (present !== undefined) {
        if (present.generation !== record.generation) present.abort.abort(new Error('a newer deploy took its place'));
        continue;
      }
      if (this.rollouts.size >= this.settings.parallelRollouts) continue;
      const abort = new AbortController();
      const end = rollOut(this.parts, record, abort.signal).finally(() => {
        this.rollouts.delete(name);
        this.pump();
      });
      this.rollouts.set(name, { generation: record.generation, abort, end });
    }
  }

  private async prepare(record: DeploymentRecord): Promise<Crew> {
    if (this.closing.signal.aborted) throw unavailable('The host is stopping.', 5);
    const plugin = this.host.plugins.usable(record.namespaceId, record.pluginId);
    if (plugin === undefined) throw notFound(`Plugin not found: ${record.pluginId}`);
    const running = this.runningOf(record);
    const hosted = await openPlugin(this.host, plugin, this.sandbox, record.network, running.log);
    return running.makeCrew(hosted, record.generation, (crew, error, inProbation, inRow) => {
      running.log.write('error', 'host', messageOf(error));
      if (inProbation >= this.settings.crashes || inRow >= this.settings.unhealthyStarts) this.giveUp(record, crew, inProbation >= this.settings.crashes);
    });
  }

  private commit(record: DeploymentRecord): boolean {
    return this.host.store.transaction(() => {
      const done = this.records.move(record, ['IN_PROGRESS'], record.realtime ? 'DEPLOYED' : 'NOT_DEPLOYED', { ready: true, deployed: true });
      if (done && record.realtime) this.records.point(record.namespaceId, record.name, record.pluginId, record.seq);
      if (done && !record.realtime) this.records.unpoint(record);
      if (done) this.host.audit.write({ actor: 'host', action: 'plugin.deployed', subject: `${record.namespaceId}/${record.pluginId}`, outcome: 'done' });
      return done;
    });
  }

  private swap(record: DeploymentRecord, crew: Crew): void {
    this.recovering.delete(nameOf(record));
    this.runningOf(record).swap(crew);
    killPoint('deploy.draining');
  }

  /** A version that keeps dying: FAILED, and its name points back to where it pointed before. */
  private giveUp(record: DeploymentRecord, crew: Crew, inProbation: boolean): void {
    const running = this.runningOf(record);
    if (running.pool !== crew.pool) return;
    const { namespaceId, pluginId, name } = record;
    const why = inProbation ? `it crashed ${this.settings.crashes} times within ${this.settings.probation / 1000} s of being deployed` : `its workers died or did not start ${this.settings.unhealthyStarts} times in a row`;
    this.host.store.transaction(() => {
      const now = this.records.find(record);
      if (now === undefined || now.state === 'NOT_DEPLOYED') return;
      this.records.move(now, ['DEPLOYED', ...moving, 'FAILED'], moving.includes(now.state) ? now.state : 'FAILED', { error: why, ready: false });
      const to = this.records.turnBack(namespaceId, name, pluginId);
      this.host.audit.write({ actor: 'host', action: 'plugin.failed', subject: `${namespaceId}/${pluginId}`, outcome: 'done', details: { why, active: to } });
    });
    running.log.write('error', 'host', `given up: ${why}`);
    void running.stop(0);
  }

  private runningOf(key: DeploymentKey): Running {
    const name = nameOf(key);
    const known = this.running.get(name) ?? new Running(new DeploymentLog(logFile(this.host, key.namespaceId, key.pluginId), this.host.clock, this.settings.logs), this.settings);
    this.running.set(name, known);
    return known;
  }
}

function nameOf({ namespaceId, pluginId }: DeploymentKey): string {
  return `${namespaceId}/${pluginId}`;
}
