/** Rules on the realtime service: those that read one file, and those that compare it with the manifest. */
import type { FactRule } from '../seq/rule.js';
import type { PluginRule } from '../../plugin-rule.js';
import { exportsService } from './RT-CLASS.js';
import { hasEmbedding } from './RT-EMBEDDING.js';
import { returnsObject } from './RT-RETURN.js';
import { hasAllVectors } from './RT-VECTORS.js';

export const rules: FactRule[] = [returnsObject];
export const pluginRules: PluginRule[] = [exportsService, hasEmbedding, hasAllVectors];
