/** What confines a worker with code of others. */

/** `auto`: as much as this machine offers, with a warning where it is not all; `required`: bubblewrap or nothing starts. */
export const sandboxModes = ['auto', 'required', 'off'] as const;

export type SandboxMode = (typeof sandboxModes)[number];

/** What one machine offers for one mode. Made once by `chooseSandbox`. */
export interface Sandbox {
  mode: SandboxMode;
  /** Path of a bubblewrap that has been seen to work here; null without one. */
  bwrap: string | null;
  /** Whether Node workers get Node's permission flags and its other restrictions. */
  flags: boolean;
  /** Path of prlimit, which sets the limit on processes inside of bubblewrap. */
  prlimit: string | null;
  /** Path of setpriv, which ends a worker with its supervisor where bubblewrap does not. */
  setpriv: string | null;
  /** What is missing, in one sentence for the operator; null when everything holds. */
  warning: string | null;
}

export interface Limits {
  /** Processes and threads, the worker's own dozen included. */
  processes: number;
  openFiles: number;
  /** Bytes of the one writable folder, and of any file. */
  diskBytes: number;
  /** Seconds of processor time that a worker may use while nothing is asked of it. */
  idleCpuSeconds: number;
  /** Questions of a worker to its supervisor that may be open at the same time. */
  questions: number;
}

export const defaultLimits: Limits = { processes: 128, openFiles: 512, diskBytes: 64 * 1024 * 1024, idleCpuSeconds: 10, questions: 256 };

/** How one worker is confined. */
export interface Confinement {
  sandbox: Sandbox;
  network: 'none' | 'full';
  /** Files and folders that it may read besides its plugin's folder and this installation: absolute paths. */
  readable: readonly string[];
  limits: Limits;
}
