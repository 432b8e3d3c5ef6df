/** The door of the lint room. */
export type { Finding, Fix, LintReport, LintSummary } from './finding.js';
export { lintPaths, type LintOptions, type RuleLevel } from './project.js';
export { lintText, type LintTextOptions } from './engine.js';
export { type BundleFinding, type BundleOptions, type BundleParts, scanBundle } from './bundle.js';
export { loadPython } from './python/index.js';
export { staticPythonManifest, type StaticPythonManifest } from './python-manifest.js';
export { compareBaseline, writeBaseline } from './baseline.js';
export { AnalysisCache } from './cache.js';
export { changes } from './watch.js';
export type { LintConfig } from './config.js';
export type { Levels } from './levels.js';
export { effectiveLevels } from './rule-levels.js';
export { fixPaths, type FixResult } from './fix.js';
export { explainRule, type ExplainedRule } from './pages.js';
export { formatPage, formatReport, type FormatOptions, type ReportFormat } from './report/index.js';
export { ruleMetas as rules } from './registry.js';
export type { Family, RuleMeta, Severity } from './rule.js';
