import type { Directive } from './directives.js';
import type { ModuleFact } from './facts/index.js';
import type { Finding } from './finding.js';

/** A file with all that is found in it alone. */
export interface Looked {
  text: string | null;
  found: Finding[];
  directives: Directive[];
  /** What stands for it in the cache. */
  key: string | undefined;
  /** Where this thread has made them. */
  module: ModuleFact | undefined;
}
