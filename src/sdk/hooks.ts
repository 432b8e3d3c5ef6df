/**
 * Where the SDK meets the process it runs in. The worker registers itself here; plugin code never sees this file.
 * Without a registration (a bare script) helpers still work and nothing is counted.
 */
import type { Context, Models } from './context.js';

/** Where helpers of the SDK report what they did. */
export interface Recorder {
  /** One I/O operation of `parallelIo`, `concurrentApiCalls` or an asset: seconds of wall time. */
  io(seconds: number, error?: unknown): void;
}

/** What a worker registers: the models of its context, and a look at the plugin's folder. */
export interface ModelsHook extends Models {
  exists(path: string): Promise<boolean>;
}

/** What the SDK needs of its process. What is absent cannot be had there. */
export interface RuntimeHooks {
  recorder: Recorder;
  /** Makes the context for `plugsmith/testing`; paths are relative to `root`. */
  createContext?(options: { root: string; services: Partial<Pick<Context, 'llm' | 'secrets'>> }): Context;
  /** The models of the last context that was made. */
  models?: ModelsHook;
  openAsset?(url: string, suffix: string): Promise<{ path: string; isTemporary: boolean }>;
}

/** Those of this process: the worker fills them in before plugin code is loaded. */
export const hooks: RuntimeHooks = { recorder: { io: () => undefined } };
