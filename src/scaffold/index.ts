/** `plugin create`: a new plugin from a template. */
export { type CreateOptions, type CreatePlan, type PlannedFile, checkPlace, createPlugin, nextSteps, planCreate, shownFolder } from './create.js';
export { suggestName } from './name.js';
export { type Language, type Template, listTemplates } from './templates.js';
