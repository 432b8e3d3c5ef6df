import type { ModuleFact } from '../../facts/index.js';
import { eachStatement } from '../../facts/walk.js';
import type { PluginFile, PluginReport, PluginRule } from '../../plugin-rule.js';
import { entryOf, isComplete, isPythonModule, serviceOf } from './service.js';

/** What the realtime file must have. */
export const exportsService: PluginRule = {
  meta: { id: 'RT-CLASS', family: 'RT', severity: 'error', summary: 'The realtime file has a class InferenceService with a method runInference (run_inference)' },
  check({ realtime }) {
    if (!realtime) return [];
    const isPython = isPythonModule(realtime);
    const service = serviceOf(realtime);
    if (!service) return mayHaveService(realtime) ? [] : [report(realtime, null, isPython ? 'realtime.py has no class InferenceService.' : 'realtime.ts does not export a class InferenceService.')];
    // One with a base class may have the method all the same, and so may one whose methods are put there later.
    const mayHaveMethod = !isComplete(service) || service.fields.some(({ name }) => name === '' || name === 'runInference');
    if (entryOf(service, isPython) || mayHaveMethod) return [];
    return [report(realtime, service.methods[0]?.at ?? null, `${service.name ?? 'InferenceService'} has no method ${realtime.module.helpers.runInference}.`)];
  },
};

function report(realtime: PluginFile, at: PluginReport['at'], message: string): PluginReport {
  const { runInference } = realtime.module.helpers;
  const next = isPythonModule(realtime)
    ? `Write: class InferenceService(BaseInferenceService): async def ${runInference}(self, inputs, parameters): ...`
    : `Write: export class InferenceService { async ${runInference}(inputs, parameters) { ... } }`;
  return { file: realtime.path, at, message, why: `The service makes an InferenceService and calls its ${runInference}; without them no query is answered.`, next };
}

/** Whether a service may come from elsewhere: exported again, imported, or made by a function. */
function mayHaveService({ module }: PluginFile): boolean {
  if (module.exports) return module.exports.some(({ name }) => name === null || name === 'InferenceService');
  return bindsService(module);
}

function bindsService(module: ModuleFact): boolean {
  let found = false;
  eachStatement(module.body, (stmt) => {
    const name = stmt.op === 'import' ? stmt.local : stmt.op === 'define' ? stmt.name : stmt.op === 'bind' && stmt.to.op === 'variable' ? stmt.to.name : '';
    if (/^(\*|InferenceService|RealtimeHandler|getInferenceService)$/.test(name)) found = true;
    // A class derived from anything else may be a service by way of its base.
    if (stmt.op === 'define' && stmt.value.op === 'class' && stmt.value.cls.base !== null) found = true;
  });
  return found;
}
