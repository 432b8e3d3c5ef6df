/**
 * What a supervisor answers when a worker asks: native packages, secrets, language models, assets.
 * Workers so need no keys and no network of their own.
 */
import { copyFile, link, mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure, systemCode } from '../../errors/index.js';
import { resolveNative, type NativeName } from '../../native/index.js';
import { type AssetStats, createAssets } from './assets/index.js';
import { generate, type LlmMode } from './llm/index.js';
import { createHub } from './hub/index.js';
import { createNative, type NativeOptions } from './native.js';
import { type Secrets, secretMissing } from './secrets.js';

export type { LlmMode } from './llm/index.js';
export { readSecrets, type SecretOptions, type Secrets } from './secrets.js';

export interface ServiceOptions extends NativeOptions {
  /** The plugin's folder. Recordings lie in `.plugsmith/llm` below it; relative paths of pictures start there. */
  root: string;
  profile: 'trusted' | 'untrusted';
  secrets: Secrets;
  /** Absent: calls of language models are refused. */
  llm?: LlmMode | undefined;
  /** Where keys and base URLs of providers are looked up after the secrets; our own environment unless told. */
  env?: NodeJS.ProcessEnv;
  /** Models of the hub come from its cache alone. */
  offline?: boolean | undefined;
  /** Waits between attempts; replaced in tests. */
  sleep?: (ms: number) => Promise<unknown>;
}

export interface ServiceStats {
  llm: { calls: number; failures: number; seconds: number };
  assets: AssetStats;
}

export interface Services {
  /** Answers one `rpc` of a worker. @throws Failure to refuse. */
  handle(method: string, params: Record<string, unknown>): Promise<unknown>;
  /** Makes sure that a native package is there for this process too, as for a worker that asks. */
  ensureNative(name: NativeName): Promise<void>;
  /** The folder in which assets are handed out. */
  assetsFolder(): Promise<string>;
  /** Counts so far. Seconds are summed over calls that may run at the same time. */
  stats(): ServiceStats;
  /** Ends what is under way and removes temporary files. Safe to call twice. */
  close(): Promise<void>;
}

/** The services of one run. Nothing is opened or loaded before it is asked for. */
export function createServices(options: ServiceOptions): Services {
  const { root, profile, secrets, llm: mode, env = process.env, sleep } = options;
  const { values, mask } = secrets;
  const assets = createAssets({ profile, variable: (name) => values[name] ?? env[name] });
  const hub = createHub({ profile, env: { ...env, ...values }, offline: options.offline, announce: options.announce });
  const native = createNative(options);
  const ending = new AbortController();
  const llm = { calls: 0, failures: 0, seconds: 0 };
  const variable = (name: string): string | undefined => values[name] ?? env[name];

  const askModel = async (params: Record<string, unknown>): Promise<unknown> => {
    const started = performance.now();
    llm.calls += 1;
    try {
      return await generate(params, { mode, root, profile, assets, variable, mask, signal: ending.signal, sleep });
    } catch (error) {
      llm.failures += 1;
      throw error;
    } finally {
      llm.seconds += (performance.now() - started) / 1000;
    }
  };

  const methods: Record<string, (params: Record<string, unknown>) => Promise<unknown>> = {
    native: async (params) => native(text(params, 'name')),
    secret: async (params) => {
      const name = text(params, 'name');
      if (!Object.hasOwn(values, name)) throw secretMissing(name, Object.keys(values).sort());
      return values[name];
    },
    secrets: async () => Object.keys(values).sort(),
    llm: askModel,
    hub: async (params) => {
      const found = await hub.file({ repo: text(params, 'repo'), file: text(params, 'file'), revision: text(params, 'revision') }, params['optional'] === true);
      // A sandbox sees the folder of assets, not the cache of the hub.
      return found === null || profile === 'trusted' ? found : { ...found, path: await shareFile(found.path, join(await assets.makeFolder(), 'hub', text(params, 'repo'), found.commit, text(params, 'file'))) };
    },
    asset: async (params) => assets.fetch(text(params, 'url'), typeof params['suffix'] === 'string' ? params['suffix'] : ''),
  };

  return {
    async handle(method, params) {
      const answer = Object.hasOwn(methods, method) ? methods[method] : undefined;
      if (answer === undefined) throw new Failure({ code: 'unknown-method', message: `The worker asked for ${JSON.stringify(method)}, which does not exist.`, next: 'The worker and this command are of different versions: install Plugsmith again.', details: { method } });
      return answer(params);
    },
    async ensureNative(name) {
      if (resolveNative(name) === null) await native(name);
    },
    assetsFolder: () => assets.makeFolder(),
    stats: () => ({ llm: { ...llm }, assets: { ...assets.stats } }),
    async close() {
      ending.abort(new Error('the run is over'));
      await hub.close();
      await assets.close();
    },
  };
}

/** The same content under another path: a link, or a copy on another disk. */
async function shareFile(path: string, target: string): Promise<string> {
  await mkdir(dirname(target), { recursive: true });
  const content = await realpath(path);
  await link(content, target).catch(async (error: unknown) => {
    if (systemCode(error) === 'EXDEV' || systemCode(error) === 'EPERM') await copyFile(content, target);
    else if (systemCode(error) !== 'EEXIST') throw error;
  });
  return target;
}

/** A parameter that has to be a text. @throws Failure `bad-request`. */
function text(params: Record<string, unknown>, name: string): string {
  const value = params[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Failure({ code: 'bad-request', message: `The plugin's request lacks "${name}", which has to be a text.`, next: 'Mend the call in the plugin.', details: { name } });
}
