/** The context that plugin code is handed. What needs a key or the network is asked of the supervisor. */
import type { Context, Llm, LlmResponse, Secrets } from '../sdk/index.js';
import { hooks } from '../sdk/runtime.js';
import { resolveNative, type NativeModules } from '../native/index.js';
import { imageLoader } from './images/index.js';
import { loadUnmapped } from './models/ahead.js';
import { modelLoader } from './models/index.js';
import { patiently } from './patience.js';
import { countIo } from './stats.js';

/** The supervisor's side of things, as the context needs it. */
export interface Supervisor {
  /** Asks and waits. @throws Error with the supervisor's message. */
  ask<T>(method: string, params: Record<string, unknown>): Promise<T>;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void;
  progress(note: string): void;
  /** Says that waiting is no standstill. */
  alive(note: string): void;
  metric(name: string, value: number): void;
}

export interface ContextOptions {
  root: string;
  threads: number;
  supervisor: Supervisor;
  llm?: Llm | undefined;
  secrets?: Secrets | undefined;
}

export function createContext({ root, threads, supervisor, llm, secrets }: ContextOptions): Context {
  const native =
    <N extends keyof NativeModules>(name: N) =>
    async (): Promise<NativeModules[N]> => {
      if (resolveNative(name) === null) await supervisor.ask('native', { name });
      return loadUnmapped(name);
    };
  const models = modelLoader(root, threads, native('onnxruntime-node'), (wanted) => countIo(() => patiently(supervisor.ask('hub', wanted), supervisor.alive, `fetching ${wanted.repo}/${wanted.file}`)));
  hooks.models = models;
  return {
    models,
    images: imageLoader(root, native('sharp')),
    assets: {
      async open(url, suffix = '') {
        const { downloadAsset } = await import('../sdk/index.js');
        const { path, isTemporary } = await downloadAsset(url, suffix);
        const { rm } = await import('node:fs/promises');
        return { path, release: async () => (isTemporary ? rm(path, { force: true }) : undefined) };
      },
    },
    llm: llm ?? { generate: <T>(request: object) => countIo(() => supervisor.ask<LlmResponse<T>>('llm', { ...request })) },
    secrets: secrets ?? {
      get: (name) => supervisor.ask<string>('secret', { name }),
      list: () => supervisor.ask<string[]>('secrets', {}),
    },
    logger: {
      debug: (message) => supervisor.log('debug', message),
      info: (message) => supervisor.log('info', message),
      warn: (message) => supervisor.log('warn', message),
      error: (message) => supervisor.log('error', message),
    },
    progress: (note) => supervisor.progress(note),
    metrics: { count: (name, value = 1) => supervisor.metric(name, value) },
  };
}
