/** Rules on the data that a plugin reads and writes. */
import type { FactRule } from '../seq/rule.js';
import { keepsRows } from './DAT-ROWS.js';

export const rules: FactRule[] = [keepsRows];
