/** Rules on the data that a plugin reads and writes. */
import type { PluginRule } from '../../plugin-rule.js';
import type { FactRule } from '../seq/rule.js';
import { readsKnownColumns } from './DAT-COLUMN.js';
import { writesFeatures } from './DAT-FEATURE.js';
import { handlesNulls } from './DAT-NULL.js';
import { keepsRows } from './DAT-ROWS.js';
import { writesOutputs } from './DAT-SCHEMA.js';

export const rules: FactRule[] = [keepsRows];
export const pluginRules: PluginRule[] = [readsKnownColumns, writesFeatures, handlesNulls, writesOutputs];
