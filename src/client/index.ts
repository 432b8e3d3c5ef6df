/** Talking to a host: the room's door. No terminal code in here. */
export { checkBaseUrl } from './base-url.js';
export type { Clock } from './clock.js';
export { credentialsFile, type Profile, readProfiles, writeProfile } from './credentials.js';
export { type Downloaded, downloadArchive } from './download.js';
export { type DeploymentType, Host } from './host.js';
export { type Connection, createHttp, type Http } from './http.js';
export { followLogs, lastLogs, readLogs } from './logs.js';
export { HostRefusal } from './refusal.js';
export { DEFAULT_NAMESPACE, DEFAULT_PROFILE, resolveSettings, type Settings } from './settings.js';
export type { DeployAnswer, LogLine, Namespace, PluginDocument, PluginStatus, PluginSummary } from './shapes.js';
export { uploadArchive, type Uploaded, versionExists } from './upload.js';
export { byVersion, idOf, readReference, type Reference } from './versions.js';
export { waitForDeployment } from './wait.js';
