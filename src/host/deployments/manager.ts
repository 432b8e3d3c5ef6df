/** All deployments of a host: accepts wishes in the database, and makes them so. */
import { messageOf } from '../../errors/index.js';
import type { RealtimeAnswer, Sandbox } from '../../runtime/index.js';
import type { HostContext } from '../context.js';
import { tooMany, unavailable, wrongState } from '../http/errors.js';
import { killPoint } from '../kill-points.js';
import type { PluginRecord } from '../plugins/plugins.js';
import { Fleet } from './fleet.js';
import { hasRealtime } from './hosting.js';
import type { DeploymentLog } from './logs.js';
import { type Inputs, QueueFull } from './pool.js';
import { DeploymentRecords, moving, nameOf, type DeploymentKey, type DeploymentRecord } from './records.js';
import { rollBack } from './rollback.js';
import { Rollouts } from './rollouts.js';
import type { Crew } from './running.js';
import type { DeploymentSettings } from './settings.js';

export class DeploymentManager {
  readonly records: DeploymentRecords;
  /** Deployments that were up before the host stopped, and are not yet. */
  private readonly recovering = new Set<string>();
  private readonly closing = new AbortController();
  private calls = 0;
  private whenQuiet: (() => void) | undefined;
  private readonly fleet: Fleet;
  private readonly rollouts: Rollouts;

  constructor(
    private readonly host: HostContext,
    sandbox: Sandbox,
    readonly settings: DeploymentSettings,
  ) {
    this.records = new DeploymentRecords(host.store, host.clock);
    this.fleet = new Fleet(host, sandbox, settings, this.records, this.closing.signal);
    const { fleet, records } = this;
    this.rollouts = new Rollouts({
      records,
      settings,
      prepare: (record) => fleet.prepare(record),
      dismiss: (record, crew) => fleet.of(record).dismiss(crew, 0),
      commit: (record) => this.commit(record),
      swap: (record, crew) => this.swap(record, crew),
      retire: (record) => void fleet.of(record).stop(settings.drain),
      log: (record, level, message) => fleet.of(record).log.write(level, 'host', message),
    }, this.closing.signal);
  }

  /** Accepts a deploy. Call it in a transaction; work begins when that is over. */
  accept(namespaceId: string, plugin: PluginRecord, wish: { realtime: boolean; network: 'none' | 'full' }): DeploymentRecord {
    const { pluginId, name, version } = plugin;
    const record = this.records.queue({ namespaceId, pluginId, name, version }, { ...wish, realtime: wish.realtime && hasRealtime(plugin) });
    setImmediate(() => this.rollouts.pump());
    return record;
  }

  /** Settles when no deploy of this version is on its way any more. */
  settled(key: DeploymentKey): Promise<void> {
    return this.rollouts.settled(key);
  }

  /** Takes a deployment away. Call it in a transaction, and what it returns after. @throws HttpError 409 while it is on its way, unless forced */
  remove(key: DeploymentKey, { force = false } = {}): { removed: boolean; stop(): Promise<void> } {
    const record = this.records.find(key);
    const isMoving = record !== undefined && moving.includes(record.state);
    if (isMoving && !force) throw wrongState(`${key.pluginId} is being deployed (${record.state}).`, { state: record.state });
    if (record === undefined || (record.state === 'NOT_DEPLOYED' && !record.ready)) return { removed: false, stop: () => Promise.resolve() };
    this.records.remove(key);
    return {
      removed: true,
      stop: async () => {
        this.rollouts.abort(key, 'the deployment was taken away');
        await this.fleet.known(key)?.stop(this.settings.drain);
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
        settled: () => this.rollouts.settled(key),
        warm: (record) => this.fleet.warm(record),
      },
      key,
    );
    this.fleet.of(key).beginProbation();
    return previous;
  }

  /** @throws HttpError 404 (not deployed), 429 (queue), 503 (starting, failed, too slow); Failure `realtime-error` where the plugin threw */
  async call(key: DeploymentKey, given: Inputs): Promise<RealtimeAnswer> {
    if (this.recovering.size > 0 && this.recovering.has(nameOf(key))) throw unavailable(`${key.pluginId} is starting again.`, 1, { state: 'IN_PROGRESS' });
    const running = this.fleet.known(key);
    if (!running?.pool) this.fleet.answering(key);
    this.calls += 1;
    try {
      return await (running ?? this.fleet.of(key)).call(given, () => this.fleet.reopen(key));
    } catch (error) {
      if (error instanceof QueueFull) throw tooMany(`More than ${this.settings.queue} calls of ${key.pluginId} wait.`, 1);
      throw error;
    } finally {
      this.calls -= 1;
      if (this.calls === 0) this.whenQuiet?.();
    }
  }

  log(key: DeploymentKey): DeploymentLog {
    return this.fleet.of(key).log;
  }

  /** Starts again what was up, and goes on with what was on its way. */
  async recover(): Promise<void> {
    for (const record of this.records.inState(...moving)) this.records.move(record, moving, 'QUEUED');
    const wanted = this.records.all().filter((record) => record.realtime && record.ready);
    for (const record of wanted) this.recovering.add(nameOf(record));
    this.rollouts.pump();
    // One after the other: at a start of the host, its processors have enough to do.
    for (const record of wanted) {
      if (this.closing.signal.aborted) return;
      try {
        await this.fleet.warm(record);
        if (!this.records.find(record)?.ready) await this.fleet.of(record).stop(0);
      } catch (error) {
        // Calls try again, and the pool's own count decides when it is given up.
        this.fleet.of(record).log.write('error', 'host', `it could not be started again: ${messageOf(error)}`);
      } finally {
        this.recovering.delete(nameOf(record));
      }
    }
  }

  numbers(): { record: DeploymentRecord; workers: number; busy: number; waiting: number }[] {
    return this.records.all().map((record) => ({ record, ...(this.fleet.known(record)?.pool?.numbers ?? { workers: 0, busy: 0, waiting: 0 }) }));
  }

  /** Ends when the host stops: nothing new begins, and logs are no longer followed. */
  get ending(): AbortSignal {
    return this.closing.signal;
  }

  /** Calls that came in are answered until the deadline ends; then every worker is ended. */
  async close(deadline: AbortSignal): Promise<void> {
    this.closing.abort(new Error('the host stops'));
    this.rollouts.abortAll('the host stops');
    if (this.calls > 0 && !deadline.aborted) {
      await new Promise<void>((quiet) => {
        this.whenQuiet = quiet;
        deadline.addEventListener('abort', () => quiet(), { once: true });
      });
    }
    await this.fleet.end();
    await this.rollouts.ended();
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
    this.fleet.of(record).swap(crew);
    killPoint('deploy.draining');
  }
}
