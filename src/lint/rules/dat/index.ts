/** Rules on the data that a plugin reads and writes. */
import type { PluginRule } from '../../plugin-rule.js';
import type { FactRule } from '../seq/rule.js';
import { readsKnownColumns } from './DAT-COLUMN.js';
import { keepsRows } from './DAT-ROWS.js';

export const rules: FactRule[] = [keepsRows];
export const pluginRules: PluginRule[] = [readsKnownColumns];
