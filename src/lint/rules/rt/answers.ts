/** The answers of a realtime service as they are written. */
import { returnsOf } from '../../facts/returns.js';
import type { PluginFile } from '../../plugin-rule.js';
import type { Place } from '../../rule.js';
import { entryOf, isPythonModule, nameOfEntry, serviceOf } from './service.js';

export interface Answer {
  at: Place;
  /** The method that gives it, as it is written. */
  by: string;
  keys: string[];
}

/** The objects that the service returns; null when one of its answers, or one of their keys, is not written down. */
export function answersOf(realtime: PluginFile): Answer[] | null {
  const service = serviceOf(realtime);
  const method = service ? entryOf(service, isPythonModule(realtime)) : null;
  if (!method || method.isGenerator) return null;
  const answers: Answer[] = [];
  for (const { at, value } of returnsOf(method)) {
    if (value?.op !== 'record' || value.fields.some((field) => field.name === null)) return null;
    answers.push({ at, by: nameOfEntry(method, realtime.module.helpers), keys: value.fields.flatMap((field) => (field.name === null ? [] : [field.name])) });
  }
  return answers.length === 0 ? null : answers;
}
