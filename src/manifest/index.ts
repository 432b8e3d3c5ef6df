/** The manifest: what a plugin says of itself. Reads, checks and writes it; starts no process and touches no file. */
export { checkManifest } from './check.js';
export { closestKey, manifestKeys, tellingKeys } from './keys.js';
export { checkFiles, pluginPart } from './files.js';
export { featureUri, namePattern, normaliseVersion, pluginId, readFeatureUri, versionPattern } from './identity.js';
export type { JsonSchema } from './json-schema.js';
export { parameterDefaults, parseParameters } from './parameters.js';
export { inputColumns, vectorFeatures } from './fields.js';
export { fromWire, parseManifest, toWire, type ManifestSource } from './parse.js';
export { checkPythonFiles, isPythonManifest, noPythonManifest } from './python/files.js';
export { python } from './python/dialect.js';
export { manifestRules, type ManifestRule, type Problem } from './problem.js';
export type { PluginManifest } from './schema.js';
export { checkStatic } from './static/check.js';
export { fixOf, type TextFix } from './static/fix.js';
export { placeKey, placeOf, type KeyPlace, type PlacedSource, type Range, type Span } from './static/places.js';
export { readManifestAst, readStatic, type ExportForm, type StaticManifest } from './static/read.js';
export { UNKNOWN, hasUnknown, isTreeObject, markOpen, type Path, type TreeObject } from './tree.js';
export { checkValue, type ValueProblem } from './validate.js';
