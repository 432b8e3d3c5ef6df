/** One deployed version while the host runs: its log, its present workers, and how a call finds one that answers. */
import { Failure, messageOf } from '../../errors/index.js';
import type { RealtimeAnswer } from '../../runtime/index.js';
import type { Hosted } from './hosting.js';
import type { DeploymentLog } from './logs.js';
import { Pool, PoolClosed, type Inputs } from './pool.js';
import type { DeploymentSettings } from './settings.js';

/** Workers of one generation. */
export interface Crew {
  generation: number;
  hosted: Hosted;
  pool: Pool;
}

/** A call may meet so many pools that are being closed: each swap closes one. */
const SWAPS = 5;

export class Running {
  private crew: Crew | null = null;
  private opening: Promise<Crew> | null = null;
  private readonly closing = new Map<Crew, Promise<void>>();
  /** Until then, on the clock of `performance.now()`, crashes count against the last switch. */
  private probationEnds = 0;
  private crashes = 0;

  constructor(
    readonly log: DeploymentLog,
    private readonly settings: DeploymentSettings,
  ) {}

  get pool(): Pool | null {
    return this.crew?.pool ?? null;
  }

  /** @param onCrash called with each crash, how many of them came in probation, and how many in a row */
  makeCrew(hosted: Hosted, generation: number, onCrash: (crew: Crew, error: Error, inProbation: number, inRow: number) => void): Crew {
    const pool = new Pool({
      start: (startMs, signal) => hosted.start('realtime', { startMs, callMs: this.settings.callTimeout }, signal),
      workers: hosted.workers,
      settings: this.settings,
      onIdle: () => this.log.write('info', 'host', 'idle: its workers are stopped until the next call'),
      onCrash: (error, inRow) => {
        if (performance.now() < this.probationEnds && this.crew === crew) this.crashes += 1;
        onCrash(crew, error, this.crashes, inRow);
      },
    });
    const crew: Crew = { generation, hosted, pool };
    return crew;
  }

  /** Calls go to the new workers from now on; the old ones finish what they have in hand. */
  swap(crew: Crew): void {
    const old = this.crew;
    this.crew = crew;
    this.beginProbation();
    if (old !== null && old !== crew) this.dismiss(old, this.settings.drain);
  }

  /** The name points to this version since now: for a while, crashes turn that back. */
  beginProbation(): void {
    this.crashes = 0;
    this.probationEnds = performance.now() + this.settings.probation;
  }

  /**
   * The answer of one worker. A call that met a worker's death is tried once more; one that took too long is not.
   * @param open gives the workers where there are none
   * @throws QueueFull, Failure
   */
  async call(given: Inputs, open: () => Promise<Crew>): Promise<RealtimeAnswer> {
    let again = true;
    for (let swaps = 0; ; ) {
      const crew = this.crew ?? (await this.open(open));
      try {
        return await crew.pool.call(given);
      } catch (error) {
        if (error instanceof PoolClosed && (swaps += 1) <= SWAPS) continue;
        if (!again || !isDeath(error)) throw error;
        again = false;
      }
    }
  }

  /** The workers, made where there are none; all that ask meanwhile get the same. */
  open(make: () => Promise<Crew>): Promise<Crew> {
    if (this.crew !== null) return Promise.resolve(this.crew);
    this.opening ??= make()
      .then((crew) => {
        // A switch may have been faster.
        if (this.crew !== null) void this.dismiss(crew, 0);
        return (this.crew ??= crew);
      })
      .finally(() => (this.opening = null));
    return this.opening;
  }

  /** Ends the workers that answer now. */
  stop(drain: number): Promise<void> {
    const { crew } = this;
    this.crew = null;
    return crew === null ? Promise.resolve() : this.dismiss(crew, drain);
  }

  /** Ends workers, and removes what they were given. Never throws: nobody waits for most of them, and what could not be removed is told in the log. */
  dismiss(crew: Crew, drain: number): Promise<void> {
    const ending = crew.pool.close(drain)
      .then(() => crew.hosted.close())
      .catch((error: unknown) => this.log.write('error', 'host', `what its workers were given could not be removed: ${messageOf(error)}`))
      .finally(() => this.closing.delete(crew));
    this.closing.set(crew, ending);
    return ending;
  }

  /** Ends all workers now, those too that finish what they have in hand. */
  async end(): Promise<void> {
    for (const { pool } of this.closing.keys()) void pool.close(0);
    void this.stop(0);
    await Promise.all(this.closing.values());
  }
}

function isDeath(error: unknown): boolean {
  return error instanceof Failure && ['realtime-crash', 'realtime-memory', 'realtime-stopped', 'realtime-bystander'].includes(error.code);
}
