/** What whoever starts a host decides, and what holds unless told. */
import type { DeploymentSettings } from './deployments/settings.js';

/** Largest numbers the host allows. Sizes in bytes, times in milliseconds. */
export interface HostLimits {
  /** An uploaded archive. */
  archiveBytes: number;
  /** A JSON body. */
  bodyBytes: number;
  /** Different plugin names in a namespace. */
  pluginsPerNamespace: number;
  /** A key's life unless told, and at most. */
  keyLife: number;
  /** How long an answer is kept for its Idempotency-Key. */
  idempotencyLife: number;
  /** Requests of one key in one minute. */
  requestsPerMinute: number;
  /** Wrong keys from one address in one minute. */
  failuresPerMinute: number;
  /** Uploads that are received at the same time. */
  parallelUploads: number;
  /** Archives that wait for their check, or are in it. */
  waitingChecks: number;
  /** How long a stopping host lets requests finish. */
  grace: number;
}

export const defaultLimits: HostLimits = {
  archiveBytes: 500 * 1024 * 1024,
  bodyBytes: 1024 * 1024,
  pluginsPerNamespace: 10,
  keyLife: 30 * 24 * 3600_000,
  idempotencyLife: 24 * 3600_000,
  requestsPerMinute: 6000,
  failuresPerMinute: 30,
  parallelUploads: 64,
  waitingChecks: 32,
  grace: 20_000,
};

export interface HostOptions {
  /** The folder of its state; made where it is missing. */
  folder: string;
  /** 0 takes a free one. */
  port?: number;
  /** Address to listen on; 127.0.0.1 unless told. */
  bind?: string;
  /** Lets everyone in; on loopback only. */
  noAuth?: boolean;
  /** Certificate and key, PEM. */
  tls?: { cert: string; key: string };
  /** Allows plain HTTP beyond loopback. */
  insecure?: boolean;
  /** Where clients reach it, when that is not where it listens: the address of a proxy in front. Signed URLs begin with it. */
  publicUrl?: string;
  sandbox?: 'auto' | 'required' | 'off';
  /** Refuses what is otherwise a warning: forbidden calls in the code of bundled packages. */
  strict?: boolean;
  limits?: Partial<HostLimits>;
  /** Times and sizes of deployments. */
  deployments?: Partial<DeploymentSettings>;
  /** Called with what an operator should see: warnings, and requests that failed by a fault of ours. Never holds a secret. */
  onEvent?: (event: HostEvent) => void;
}

/** Something an operator should see. `code` is for programs, `message` for people. */
export interface HostEvent {
  level: 'info' | 'warning' | 'error';
  code: string;
  message: string;
}

