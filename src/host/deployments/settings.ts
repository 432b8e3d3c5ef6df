/** What deployments may take. Times in milliseconds; tests shorten them. */
export interface DeploymentSettings {
  /** A new version is healthy within this time, or it failed. */
  healthyWithin: number;
  /** An idle version gives its workers back after this time. */
  idleAfter: number;
  /** After a switch, the calls of the old workers may take this long. */
  drain: number;
  /** Crashes within this time of a switch count against it. */
  probation: number;
  /** So many crashes in it turn the switch back. */
  crashes: number;
  /** So many starts in a row that did not become healthy end a deployment. */
  unhealthyStarts: number;
  /** Between starts that failed: doubled from the first to the last. */
  backoff: { first: number; last: number };
  /** A call may take this long. */
  callTimeout: number;
  /** Calls of one deployment that wait. */
  queue: number;
  /** Versions that are started at the same time. */
  parallelRollouts: number;
  /** A deploy of what needs no realtime part is answered with its result if that is known within this time. */
  answerWithin: number;
  logs: {
    /** Of one deployment, bytes. */
    bytes: number;
    /** More are dropped, and counted. */
    linesPerSecond: number;
  };
}

export const defaultDeploymentSettings: DeploymentSettings = {
  healthyWithin: 120_000,
  idleAfter: 5 * 60_000,
  drain: 30_000,
  probation: 60_000,
  crashes: 3,
  unhealthyStarts: 5,
  backoff: { first: 1000, last: 60_000 },
  callTimeout: 30_000,
  queue: 256,
  parallelRollouts: 2,
  answerWithin: 10_000,
  logs: { bytes: 8 * 1024 * 1024, linesPerSecond: 1000 },
};
