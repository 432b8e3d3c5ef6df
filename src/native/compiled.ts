/**
 * Node 22 and later can keep what it compiled of a program, so that the next start need not compile it again. An entry
 * of its own: `bin` calls it before anything else is loaded.
 */
import module from 'node:module';
import { join } from 'node:path';
import { cacheDir } from './cache.js';

/** From here on, what this process compiles is kept in the cache folder; where that cannot be, or Node is older, nothing happens. */
export function keepCompiled(): void {
  // Only workers load plugins, and they do not keep them: every save of a plugin would leave one more behind.
  (module as { enableCompileCache?: (folder: string) => unknown }).enableCompileCache?.(join(cacheDir(), 'compiled'));
}
