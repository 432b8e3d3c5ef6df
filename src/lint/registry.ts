/** Every rule there is. */
import { unusedDirective } from './directives.js';
import type { RuleMeta, SyntaxRule } from './rule.js';
import { filePolicies } from './files.js';
import { pluginRules as manifestPluginRules, rules as manifestRules } from './rules/man/index.js';
import type { PluginRule } from './plugin-rule.js';
import { pluginRules as dataPluginRules, rules as dataRules } from './rules/dat/index.js';
import { pluginRules as realtimePluginRules, rules as realtimeRules } from './rules/rt/index.js';
import { rules as securityRules } from './rules/sec/index.js';
import { pythonRules } from './rules/sec-py/index.js';
import { rules as sequenceRules } from './rules/seq/index.js';
import { unreadable } from './unreadable.js';

/** Rules that read syntax; one traverse serves all of them. */
export const syntaxRules: readonly SyntaxRule[] = [...securityRules, ...manifestRules];

/** Rules that read facts, in any language. */
export const factRules = [...sequenceRules, ...dataRules, ...realtimeRules];

/** Rules that compare the files of a plugin with its manifest. */
export const pluginRules: readonly PluginRule[] = [...manifestPluginRules, ...dataPluginRules, ...realtimePluginRules];

/** What every rule says of itself, sorted by id. */
export const ruleMetas: readonly RuleMeta[] = [
  unreadable,
  unusedDirective,
  ...filePolicies,
  ...syntaxRules.map((rule) => rule.meta),
  ...pythonRules,
  ...factRules.map((rule) => rule.meta),
  ...pluginRules.map((rule) => rule.meta),
].sort((a, b) => (a.id < b.id ? -1 : 1));
