/**
 * The native add-ons that Plugsmith uses: found, loaded, installed on request; and esbuild, which is a native program.
 * They are optional dependencies. npm drops an optional package without a word when its install script fails,
 * so nothing here takes their presence for granted, and nothing is downloaded unless `installNative` is called.
 * A leaf: it imports only `errors` and `files`.
 */
export { bundle, type BundleErrors } from './bundler.js';
export { cacheDir, nativeCacheDir } from './cache.js';
export { installNative, type Installed, type InstallOptions } from './install.js';
export { withLock } from './lock.js';
export { loadNative, nativeMissing, resolveNative, type NativeModules } from './load.js';
export { nativeNames, pinnedVersion, setupTarget, type NativeName } from './names.js';
export { npmCommand, npmEnvironment, type NpmCommand } from './npm.js';
export { nativeStatus, type NativeStatus } from './status.js';
