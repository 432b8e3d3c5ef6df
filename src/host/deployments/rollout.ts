/** One accepted deploy on its way: made ready, started, found healthy, switched to. Each step belongs to its generation. */
import { Failure, messageOf } from '../../errors/index.js';
import { killPoint } from '../kill-points.js';
import type { DeploymentRecord, DeploymentRecords } from './records.js';
import type { Crew } from './running.js';
import type { DeploymentSettings } from './settings.js';

export interface RolloutParts {
  records: DeploymentRecords;
  settings: DeploymentSettings;
  /** Checks the files and makes the environment. @throws Failure */
  prepare(record: DeploymentRecord): Promise<Crew>;
  /** Gives back what `prepare` made. */
  dismiss(record: DeploymentRecord, crew: Crew): Promise<void>;
  /** Makes it so, in one transaction: the state, and where the name points. False where the generation is over. */
  commit(record: DeploymentRecord): boolean;
  /** The new workers answer from now on. */
  swap(record: DeploymentRecord, crew: Crew): void;
  /** Ends the workers that answered before. */
  retire(record: DeploymentRecord): void;
  log(record: DeploymentRecord, level: string, message: string): void;
}

/** How a rollout ended. `superseded`: a newer deploy, or an undeploy, took its place. */
export type RolloutEnd = 'deployed' | 'failed' | 'superseded';

/** @param signal ends when the generation is over. Never throws: what went wrong is in the record and in the log. */
export async function rollOut(parts: RolloutParts, record: DeploymentRecord, signal: AbortSignal): Promise<RolloutEnd> {
  const { records, settings } = parts;
  const begun = performance.now();
  let crew: Crew | null = null;
  try {
    if (!records.move(record, ['QUEUED'], 'PENDING')) return 'superseded';
    parts.log(record, 'info', `deploying ${record.pluginId}`);
    killPoint('deploy.pending');
    crew = await parts.prepare(record);
    if (!records.move(record, ['PENDING'], 'IN_PROGRESS')) return await superseded();
    killPoint('deploy.in-progress');
    await becomeHealthy(crew, record.realtime, settings, signal);
    killPoint('deploy.healthy');
    if (!parts.commit(record)) return await superseded();
    killPoint('deploy.switched');
    if (record.realtime) parts.swap(record, crew);
    else {
      parts.retire(record);
      await parts.dismiss(record, crew);
    }
    parts.log(record, 'info', `deployed after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    return 'deployed';
  } catch (error) {
    if (crew !== null) await parts.dismiss(record, crew);
    const message = error instanceof Failure ? [error.message, error.next].filter(Boolean).join(' ') : messageOf(error);
    if (signal.aborted || !records.move(record, ['PENDING', 'IN_PROGRESS'], 'FAILED', { error: message })) return 'superseded';
    parts.log(record, 'error', message);
    return 'failed';
  }

  async function superseded(): Promise<RolloutEnd> {
    if (crew !== null) await parts.dismiss(record, crew);
    parts.log(record, 'info', 'superseded by a newer request');
    return 'superseded';
  }
}

/** A death may be chance. Anything else is what the plugin says itself: another start would end in the same way. */
const CHANCE = ['realtime-crash', 'realtime-memory', 'realtime-timeout', 'realtime-stopped', 'realtime-bystander'];

/** Starts workers until one answers its health check. @throws Failure where none does in time */
async function becomeHealthy({ hosted, pool }: Crew, realtime: boolean, settings: DeploymentSettings, signal: AbortSignal): Promise<void> {
  const ends = performance.now() + settings.healthyWithin;
  let last: unknown;
  for (let attempt = 1; attempt <= settings.unhealthyStarts; attempt += 1) {
    const left = ends - performance.now();
    if (left <= 0) break;
    try {
      await untilAborted(realtime ? pool.warm(left) : tryPipeline(left), signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Failure && !CHANCE.includes(error.code)) throw error;
      last = error;
      const { first, last: longest } = settings.backoff;
      await untilAborted(pause(Math.min(first * 2 ** (attempt - 1), longest, Math.max(0, ends - performance.now()))), signal);
    }
  }
  throw new Failure({ code: 'never-healthy', message: `It did not become healthy within ${Math.round(settings.healthyWithin / 1000)} s or ${settings.unhealthyStarts} starts: ${messageOf(last)}`, next: 'Look at its log: plugin logs', cause: last });

  async function tryPipeline(ms: number): Promise<void> {
    const caller = await hosted.start('pipeline', { startMs: ms, callMs: ms }, signal);
    await caller.close();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** @throws the signal's reason as soon as it ends */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((done, failed) => {
    const abort = (): void => failed(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(done, failed).finally(() => signal.removeEventListener('abort', abort));
  });
}
