/** From a stored plugin to workers that run exactly its checked files. */
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { openHosted, openRealtime, refuseReplaced, type RealtimeCaller, type Sandbox } from '../../runtime/index.js';
import type { HostContext } from '../context.js';
import type { PluginRecord } from '../plugins/plugins.js';
import { PythonLocks } from './locks.js';
import type { DeploymentLog } from './logs.js';

/** A plugin that was made ready; workers can be started. */
export interface Hosted {
  /** Workers that make sense for it. */
  workers: number;
  /** @param role `pipeline` starts what batches use, to see that it starts */
  start(role: 'realtime' | 'pipeline', timeouts: { startMs: number; callMs: number }, signal: AbortSignal): Promise<RealtimeCaller>;
  /** Removes what its workers were given. */
  close(): Promise<void>;
}

/** `actor_memory_gb` where the manifest does not say, GiB. */
const DEFAULT_GB = 2;

/** Whether a plugin can answer calls. */
export function hasRealtime({ files }: Pick<PluginRecord, 'files'>): boolean {
  return files.some(({ path }) => /^realtime\.(?:ts|mts|js|mjs|py)$/.test(path));
}

/**
 * @throws Failure `plugin-files` where the files are not those that were checked, and as `openHosted`
 */
export async function openPlugin(host: HostContext, plugin: PluginRecord, sandbox: Sandbox, network: 'none' | 'full', log: DeploymentLog): Promise<Hosted> {
  const profile = plugin.manifest['compute_profile'] as { actor_memory_gb?: number; max_concurrency?: number } | undefined;
  const locks = new PythonLocks(host.store, host.clock);
  const workers = Math.max(1, Math.min(profile?.max_concurrency ?? 1, availableParallelism()));
  const session = await openHosted({
    root: await host.trees.verified(plugin), modules: host.paths.root, sandbox, network, workers,
    memoryGb: profile?.actor_memory_gb ?? DEFAULT_GB,
    secrets: {
      names: () => host.secrets.names(),
      get: (name) => {
        const value = host.secrets.get(name);
        if (value !== undefined) log.hide(value);
        return value;
      },
    },
    locks: { find: (platform) => locks.find(plugin.codeHash, platform), keep: (platform, lock) => locks.keep(plugin.codeHash, platform, lock) },
    announce: (line) => log.write('info', 'host', line),
  });
  return {
    workers,
    async start(role, { startMs, callMs }, signal) {
      // What was scanned is what runs, also when the first worker started days ago.
      await host.trees.verified(plugin);
      refuseReplaced();
      const caller = await openRealtime(session, { role, startMs, timeoutMs: callMs, signal, onLog: ({ level, source, message }) => log.write(level, source, message) });
      try {
        await caller.check(startMs);
        return caller;
      } catch (error) {
        await caller.close();
        throw error;
      }
    },
    close: () => session.services.close(),
  };
}

/** The file of a deployment's log. */
export function logFile(host: HostContext, namespaceId: string, pluginId: string): string {
  return join(host.paths.logs, namespaceId, `${pluginId}.ndjson`);
}
