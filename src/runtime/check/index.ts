/** `plugin test`: what production will ask of a plugin, asked here. */
export { checkPlugin, type CheckOptions, type PluginCheck } from './plugin.js';
export type { OwnTests } from './outcome.js';
export { runOwnTests } from './own-tests.js';
