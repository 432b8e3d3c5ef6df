/** The realtime service of a plugin, as its file has it. */
import type { ClassFact, FunctionFact, Helpers } from '../../facts/index.js';
import { classesOf, methodOf } from '../../facts/returns.js';
import type { PluginFile } from '../../plugin-rule.js';

/** The method that answers; in Python the platform also calls the others, in this order. */
const entries = [/^runInference$/, /^__call__$/, /^_processSingle$/, /^predict$/];

/** Bases of the platform, which have no method that answers. */
const plainBase = /^(BaseInferenceService|object|ABC)$/;

/** Whether classes are found by their export, or by what they are called and derived from. */
export function isPythonModule({ module }: PluginFile): boolean {
  return module.exports === undefined;
}

/** The class that answers queries; undefined when the file has none that can be told. */
export function serviceOf(realtime: PluginFile): ClassFact | undefined {
  const classes = classesOf(realtime.module.body);
  if (!isPythonModule(realtime)) {
    const exported = realtime.module.exports?.find(({ name }) => name === 'InferenceService');
    return exported && classes.find(({ name }) => name === exported.local);
  }
  const isNamed = classes.find(({ name }) => name === 'InferenceService') ?? classes.find(({ name }) => name === 'RealtimeHandler');
  return isNamed ?? classes.find(({ base }) => base?.op === 'name' && base.name === 'BaseInferenceService');
}

/** A method that answers, as it is written. */
export function nameOfEntry({ name }: FunctionFact, { runInference }: Helpers): string {
  return name === '_processSingle' ? '_process_single' : name === '__call__' || name === 'predict' ? name : runInference;
}

/** Whether all methods of a class are written in it. */
export function isComplete({ base }: ClassFact): boolean {
  return base === null || ((base.op === 'name' || base.op === 'member') && plainBase.test(base.name));
}

/** The method of a service that answers; null when it has none of its own. */
export function entryOf(service: ClassFact, isPython: boolean): FunctionFact | null {
  const names = isPython ? entries : entries.slice(0, 1);
  return names.map((name) => methodOf(service, name)).find((method) => method !== null) ?? null;
}
