/** `plugin test`: what production will ask of a plugin, asked here. */
export { checkPlugin, type CheckOptions, type PluginCheck } from './plugin.js';
export { runOwnTests, type OwnTests } from './own-tests.js';
