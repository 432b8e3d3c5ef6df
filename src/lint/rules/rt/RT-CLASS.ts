import { classesOf, methodOf } from '../../facts/returns.js';
import type { PluginRule } from '../../plugin-rule.js';
import { runInference } from './RT-RETURN.js';

const why = 'The service makes an InferenceService and calls its runInference; without them no query is answered.';

/** What realtime.ts must export. */
export const exportsService: PluginRule = {
  meta: { id: 'RT-CLASS', family: 'RT', severity: 'error', summary: 'realtime.ts exports a class InferenceService with a method runInference' },
  check({ realtime }) {
    const exported = realtime?.module.exports;
    if (!realtime || !exported || exported.some(({ name }) => name === null)) return [];
    const service = exported.find(({ name }) => name === 'InferenceService');
    if (!service) {
      const next = 'Write: export class InferenceService { async runInference(inputs, parameters) { ... } }';
      return [{ file: realtime.path, at: null, message: 'realtime.ts does not export a class InferenceService.', why, next }];
    }
    const cls = classesOf(realtime.module.body).find(({ name }) => name === service.local);
    // One from elsewhere, or with a base class, may have the method all the same.
    if (!cls || cls.base || methodOf(cls, runInference) || cls.fields.some(({ name }) => runInference.test(name) || name === '')) return [];
    const at = cls.methods[0]?.at ?? null;
    return [{ file: realtime.path, at, message: 'InferenceService has no method runInference.', why, next: 'Add: async runInference(inputs, parameters) { ... }' }];
  },
};
