/** The bundled host: stores, checks, deploys and serves plugins over HTTP, from one folder. */
export { startHost, type RunningHost } from './start.js';
export { defaultLimits, type HostEvent, type HostLimits, type HostOptions } from './options.js';
export { backupHost, openHostKeys, restoreHost, type HostCopy, type HostKeys } from './offline.js';
export { scopes, type KeyRecord, type Scope } from './access/keys.js';
