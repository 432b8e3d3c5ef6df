/** The host's database: wrapper, schema changes, and the lock on its folder. */
export { lockFolder, type FolderLock } from './lock.js';
export { migrate } from './migrate.js';
export { isConflict, Store, StoreBroken, type Migration, type Value } from './store.js';
