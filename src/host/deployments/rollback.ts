/** Pointing a name to an earlier version: that version is started and found healthy first, then the name moves. */
import { messageOf } from '../../errors/index.js';
import { unavailable, wrongState } from '../http/errors.js';
import { killPoint } from '../kill-points.js';
import { moving, type DeploymentRecord, type DeploymentRecords } from './records.js';

export interface RollbackParts {
  records: DeploymentRecords;
  transaction<T>(work: () => T): T;
  /** Accepts a deploy of the target. */
  accept(): void;
  /** Settles when the target's deploy has ended, however it did. */
  settled(): Promise<unknown>;
  /** Makes sure that a worker of the target is there and answers. @throws Error */
  warm(record: DeploymentRecord): Promise<void>;
}

/**
 * @returns the id that the name pointed to before
 * @throws HttpError 503 where the target is not healthy, 409 where it was changed meanwhile; the name stays then
 */
export async function rollBack({ records, transaction, accept, settled, warm }: RollbackParts, target: { namespaceId: string; pluginId: string; name: string }): Promise<string | null> {
  const { namespaceId, pluginId, name } = target;
  const previous = records.active(namespaceId, name)?.pluginId ?? null;
  const found = records.find(target);
  const answers = found?.state === 'DEPLOYED' && found.realtime && found.ready;
  if (!answers) {
    if (found === undefined || !moving.includes(found.state)) transaction(accept);
    await settled();
  }
  const record = records.find(target);
  if (record?.state !== 'DEPLOYED') throw unhealthy(record?.error ?? `it is ${record?.state ?? 'NOT_DEPLOYED'}`);
  try {
    if (answers) await warm(record);
  } catch (error) {
    throw unhealthy(messageOf(error));
  }
  killPoint('rollback.checked');
  transaction(() => {
    const now = records.find(target);
    if (now?.generation !== record.generation || now.state !== 'DEPLOYED') throw wrongState(`${pluginId} was changed meanwhile (${now?.state ?? 'NOT_DEPLOYED'}).`, { state: now?.state ?? 'NOT_DEPLOYED' });
    records.point(namespaceId, name, pluginId, records.nextSeq());
  });
  return previous;

  function unhealthy(why: string): Error {
    return unavailable(`${pluginId} is not healthy, so ${name} stays with ${previous ?? 'no version'}: ${why}`, 10);
  }
}
