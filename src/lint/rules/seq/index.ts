/** Rules on work that is done row by row, read from facts. */
import type { FactRule } from './rule.js';
import { sequentialIo } from './SEQ001.js';
import { sequentialCalls } from './SEQ002.js';
import { sequentialTokenizing } from './SEQ003.js';
import { perRowSetup } from './SEQ004.js';
import { firstRowOnly } from './SEQ005.js';
import { unboundedConcurrency } from './SEQ006.js';

export const rules: FactRule[] = [sequentialIo, sequentialCalls, sequentialTokenizing, perRowSetup, firstRowOnly, unboundedConcurrency];
