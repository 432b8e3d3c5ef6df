/** Starts a host: takes its folder, opens its state, mends what a crash left, listens, restarts what should run. */
import { resolve } from 'node:path';
import { Failure, messageOf, systemCode } from '../errors/index.js';
import { installation } from '../runtime/index.js';
import { addressOf, checkAddress, listen } from './address.js';
import { Audit } from './access/audit.js';
import { Keys } from './access/keys.js';
import { Namespaces } from './access/namespaces.js';
import { Secrets } from './access/secrets.js';
import { Signer } from './access/signing.js';
import { hostClock } from './clock.js';
import type { HostContext } from './context.js';
import { openDeployments } from './deployments/index.js';
import { buildApp } from './http/app.js';
import { allRoutes } from './http/table.js';
import { migrations } from './migrations.js';
import { defaultLimits, type HostOptions } from './options.js';
import { type HostPaths, hostPaths, makeFolders } from './paths.js';
import { Plugins } from './plugins/plugins.js';
import { Trees } from './plugins/trees.js';
import { recover, tidyRegularly } from './recovery.js';
import { type FolderLock, lockFolder, migrate, Store, StoreBroken } from './store/index.js';

/** How often connections are looked at that became idle while the host ends, milliseconds. */
const IDLE_POLL = 100;

/** A host that serves. */
export interface RunningHost {
  /** Where it listens, as `http://127.0.0.1:8700`. */
  url: string;
  /** The first start of a folder makes a key that may do everything; it is shown this once, later it is null. */
  adminKey: string | null;
  /** What the operator should know. */
  warnings: readonly string[];
  /** Lets requests finish for the grace time, then ends. Calling it again ends at once. */
  close(): Promise<void>;
  /** Settles when the host has ended: with null after `close`, with an error where it had to stop by itself. */
  stopped: Promise<Error | null>;
}

/**
 * Starts a host in its folder. One folder has one host at a time.
 *
 * @throws Failure `host-running` (another host has the folder), `host-state`, `host-state-newer`, `host-keys`,
 *   `host-disk`, `host-disk-full` (the folder cannot be written),
 *   `host-insecure` (beyond loopback without TLS, or without keys), `host-public-url`, `host-address` (port or address cannot be had)
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  checkAddress(options);
  const paths = hostPaths(resolve(options.folder));
  const lock = await takeFolder(paths);
  let store: Store | undefined;
  try {
    store = await Store.open(paths.database);
    migrate(store, migrations);
    return await serve(options, paths, store, lock);
  } catch (error) {
    store?.close();
    lock.release();
    throw diskFailure(error, paths.root);
  }
}

async function takeFolder(paths: HostPaths): Promise<FolderLock> {
  try {
    makeFolders(paths);
    return await lockFolder(paths.lock, paths.note);
  } catch (error) {
    // A place where no folder can be made, such as /proc. Later, a file that is missing is a fault and not the disk's.
    throw diskFailure(error, paths.root, ['ENOENT', 'ELOOP', 'ENAMETOOLONG']);
  }
}

/** What the disk refuses, as something to act on; anything else as it is. */
function diskFailure(error: unknown, folder: string, also: readonly string[] = []): unknown {
  const code = systemCode(error) ?? '';
  const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL';
  if (!isFull && !(error instanceof StoreBroken) && !also.includes(code) && !/^(EIO|EROFS|EACCES|EPERM|EEXIST|ENOTDIR|SQLITE_(IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB))/.test(code)) return error;
  return new Failure({
    code: isFull ? 'host-disk-full' : 'host-disk',
    message: `The folder ${folder} cannot be used: ${messageOf(error)}`,
    why: 'A host that cannot write promises nothing.',
    next: isFull ? 'Free some space, then start again: nothing was lost.' : 'Check the disk and the permissions of the folder, then start again.',
    cause: error,
  });
}

async function serve(options: HostOptions, paths: HostPaths, store: Store, lock: FolderLock): Promise<RunningHost> {
  const host = openContext(options, paths, store);
  const keys = new Keys(store, host.clock);
  host.namespaces.ensureFirst();
  recover(host);
  const adminKey = firstKey(host, keys);
  const deployments = await openDeployments(host);
  const warnings: string[] = [...deployments.warnings];
  let closed: 'starting' | 'stopping' | null = 'starting';
  const over = new AbortController();
  let ended: (error: Error | null) => void = () => undefined;
  const stopped = new Promise<Error | null>((settle) => (ended = settle));
  const health = { closed: () => closed, version: host.version, auth: !options.noAuth, warnings: () => warnings };
  const app = await buildApp(host, keys, allRoutes(host, keys, deployments, health), {
    closed: () => closed,
    signal: over.signal,
    onBroken: (error) => void end(error),
  });
  const tidying = tidyRegularly(host);
  let ending: Promise<void> | undefined;

  /** Everything down, in the order in which things need each other. */
  async function end(error: Error | null): Promise<void> {
    ending ??= (async () => {
      closed = 'stopping';
      tidying.stop();
      // A timer of our own: one of AbortSignal.timeout may be collected as garbage before it fires.
      const timer = setTimeout(() => over.abort(), error === null ? host.limits.grace : 0);
      over.signal.addEventListener('abort', () => app.server.closeAllConnections());
      // A connection that becomes idle later is not closed by itself.
      const idle = setInterval(() => app.server.closeIdleConnections(), IDLE_POLL);
      await Promise.all([app.close(), deployments.close(over.signal)]);
      clearTimeout(timer);
      clearInterval(idle);
      over.abort();
      store.close();
      lock.release();
      ended(error === null ? null : (diskFailure(error, paths.root) as Error));
    })();
    await ending;
  }

  await listen(app, options).catch((error: unknown) => {
    tidying.stop();
    throw error;
  });
  const url = addressOf(app, options);
  lock.announce(url);
  closed = null;
  void deployments.recover().catch((error: unknown) => host.tell({ level: 'error', code: 'recovery', message: messageOf(error) }));
  return {
    url, adminKey, warnings, stopped,
    close: () => {
      if (ending !== undefined) over.abort();
      return end(null);
    },
  };
}

function openContext(options: HostOptions, paths: HostPaths, store: Store): HostContext {
  const clock = hostClock();
  return {
    store, paths, clock, options,
    audit: new Audit(store, clock),
    limits: { ...defaultLimits, ...options.limits },
    namespaces: new Namespaces(store, clock),
    plugins: new Plugins(store, clock),
    trees: new Trees(paths),
    secrets: new Secrets(store, clock, paths.keys),
    signer: new Signer(paths.keys, clock.now()),
    version: installation().version,
    tell: options.onEvent ?? (() => undefined),
  };
}

/** The key of a folder's first start, which may do everything; null where there are keys, or none are asked for. */
function firstKey(host: HostContext, keys: Keys): string | null {
  if (!keys.isEmpty() || host.options.noAuth) return null;
  return host.store.transaction(() => {
    const { token, record } = keys.create({ name: 'first admin key', scopes: ['admin'], namespaces: null, life: host.limits.keyLife });
    host.audit.write({ actor: 'host', action: 'key.create', subject: record.id, outcome: 'done', details: { scopes: record.scopes } });
    return token;
  });
}
