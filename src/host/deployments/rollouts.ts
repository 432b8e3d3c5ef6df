/** The deploys that are on their way: a few at a time, in the order in which they were accepted, the newest of each version. */
import { type DeploymentKey, type DeploymentRecords, moving, nameOf } from './records.js';
import { rollOut, type RolloutEnd, type RolloutParts } from './rollout.js';

interface Rollout {
  generation: number;
  abort: AbortController;
  end: Promise<RolloutEnd>;
}

export class Rollouts {
  private readonly present = new Map<string, Rollout>();
  private readonly records: DeploymentRecords;

  constructor(
    private readonly parts: RolloutParts,
    /** Ends when nothing new may begin. */
    private readonly closing: AbortSignal,
  ) {
    this.records = parts.records;
  }

  /** Begins what was accepted, as far as there is room; a newer generation ends the one before it. */
  pump(): void {
    if (this.closing.aborted) return;
    for (const record of this.records.inState('QUEUED')) {
      const name = nameOf(record);
      const present = this.present.get(name);
      if (present !== undefined) {
        if (present.generation !== record.generation) present.abort.abort(new Error('a newer deploy took its place'));
        continue;
      }
      if (this.present.size >= this.parts.settings.parallelRollouts) continue;
      const abort = new AbortController();
      const end = rollOut(this.parts, record, abort.signal).finally(() => {
        this.present.delete(name);
        this.pump();
      });
      this.present.set(name, { generation: record.generation, abort, end });
    }
  }

  /** Settles when no deploy of this version is on its way any more. */
  async settled(key: DeploymentKey): Promise<void> {
    for (;;) {
      this.pump();
      const state = this.records.find(key)?.state;
      if (this.present.size === 0 || state === undefined || !moving.includes(state)) return;
      // Its own, or one that it waits for.
      await (this.present.get(nameOf(key))?.end ?? Promise.race([...this.present.values()].map(({ end }) => end)));
    }
  }

  /** Ends the one of this version, where there is one. */
  abort(key: DeploymentKey, why: string): void {
    this.present.get(nameOf(key))?.abort.abort(new Error(why));
  }

  abortAll(why: string): void {
    for (const { abort } of this.present.values()) abort.abort(new Error(why));
  }

  /** Settles when those that are under way have ended. */
  async ended(): Promise<void> {
    await Promise.all([...this.present.values()].map(({ end }) => end));
  }
}
