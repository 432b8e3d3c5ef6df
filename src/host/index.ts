/** The bundled host: stores, checks, deploys and serves plugins over HTTP, from one folder. */
export { startHost, type RunningHost } from './start.js';
export type { HostEvent, HostLimits, HostOptions } from './options.js';
export { backupHost, openHostKeys, restoreHost, type HostCopy, type HostKeys } from './offline.js';
export type { KeyRecord, Scope } from './access/keys.js';
