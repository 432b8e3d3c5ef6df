/** What runs: the workers of every version that answers calls, made when they are needed, given up when they keep dying. */
import { messageOf } from '../../errors/index.js';
import type { Sandbox } from '../../runtime/index.js';
import type { HostContext } from '../context.js';
import { notFound, unavailable } from '../http/errors.js';
import { logFile, openPlugin } from './hosting.js';
import { DeploymentLog } from './logs.js';
import { type DeploymentKey, type DeploymentRecord, type DeploymentRecords, moving, nameOf } from './records.js';
import { type Crew, Running } from './running.js';
import type { DeploymentSettings } from './settings.js';

export class Fleet {
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly host: HostContext,
    private readonly sandbox: Sandbox,
    private readonly settings: DeploymentSettings,
    private readonly records: DeploymentRecords,
    /** Ends when no worker may be started any more. */
    private readonly closing: AbortSignal,
  ) {}

  /** As far as anything was asked of it since the host started. */
  known(key: DeploymentKey): Running | undefined {
    return this.running.get(nameOf(key));
  }

  of(key: DeploymentKey): Running {
    const name = nameOf(key);
    const known = this.running.get(name) ?? new Running(new DeploymentLog(logFile(this.host, key.namespaceId, key.pluginId), this.host.clock, this.settings.logs), this.settings);
    this.running.set(name, known);
    return known;
  }

  /** The workers of a deployment, made where it has none at the moment, and one of them well. @throws HttpError, as `reopen`; Failure */
  async warm(key: DeploymentKey): Promise<void> {
    const crew = await this.of(key).open(() => this.reopen(key));
    await crew.pool.warm(this.settings.healthyWithin);
  }

  /** Workers for a deployment that has none at the moment: it was idle, or the call met a change. @throws HttpError 404, 503 */
  async reopen(key: DeploymentKey): Promise<Crew> {
    return this.prepare(this.answering(key));
  }

  /** @throws HttpError where a deployment does not answer calls */
  answering(key: DeploymentKey): DeploymentRecord {
    const record = this.records.find(key);
    if (record === undefined || (record.state === 'NOT_DEPLOYED' && !record.ready)) throw notFound(`${key.pluginId} is not deployed.`);
    if (!record.realtime && record.ready) throw unavailable(`${key.pluginId} is deployed for batches only.`, 60, { state: record.state });
    if (!record.ready) throw unavailable(`${key.pluginId} does not answer: ${record.state}.`, 5, { state: record.state, ...(record.error !== null && { error: record.error }) });
    return record;
  }

  /** Checks the files and makes the environment; the pool starts its workers later. @throws HttpError 404, 503; Failure */
  async prepare(record: DeploymentRecord): Promise<Crew> {
    if (this.closing.aborted) throw unavailable('The host is stopping.', 5);
    const plugin = this.host.plugins.usable(record.namespaceId, record.pluginId);
    if (plugin === undefined) throw notFound(`Plugin not found: ${record.pluginId}`);
    const running = this.of(record);
    const hosted = await openPlugin(this.host, plugin, this.sandbox, record.network, running.log);
    return running.makeCrew(hosted, record.generation, (crew, error, inProbation, inRow) => {
      running.log.write('error', 'host', messageOf(error));
      if (inProbation >= this.settings.crashes || inRow >= this.settings.unhealthyStarts) this.giveUp(record, crew, inProbation >= this.settings.crashes);
    });
  }

  /** Ends all workers now. */
  async end(): Promise<void> {
    await Promise.all([...this.running.values()].map((running) => running.end()));
  }

  /** A version that keeps dying: FAILED, and its name points back to where it pointed before. */
  private giveUp(record: DeploymentRecord, crew: Crew, inProbation: boolean): void {
    const running = this.of(record);
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
}
