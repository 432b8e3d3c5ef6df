import { basename } from 'node:path';
import { eachStatement, everyExpression, namesIn } from '../../facts/walk.js';
import type { PluginFile, PluginRule } from '../../plugin-rule.js';

/** What is loaded from the pipeline; the service also takes a Python function `extract`. */
const entry = /^(buildSteps|extract)$/;

/** Objects by which a file may export anything under any name. */
const anyExport = /^(module|exports)$/;

/** The pipeline has the function that gives the steps. */
export const exportsBuildSteps: PluginRule = {
  meta: { id: 'MAN-PIPELINE', family: 'MAN', severity: 'error', summary: 'The pipeline file exports a function buildSteps (build_steps)' },
  check({ pipeline }) {
    if (pipeline === null || mayHaveSteps(pipeline)) return [];
    const name = basename(pipeline.path);
    const isPython = name.endsWith('.py');
    return [{
      file: pipeline.path,
      at: null,
      message: isPython ? `${name} has no function build_steps.` : `${name} does not export a function buildSteps.`,
      why: 'It says which processors see the rows; without it no run starts.',
      next: isPython
        ? 'Write: def build_steps(extractor_request, container=None, **kwargs): ... return {"steps": [...]}'
        : 'Write: export function buildSteps(request, container) { return { steps: buildPipelineSteps({ ... }) } }',
    }];
  },
};

/** Whether a file exports the function, or may do so in a way that cannot be told. */
function mayHaveSteps({ module }: PluginFile): boolean {
  let may = false;
  everyExpression(module.body, (expr) => (may ||= expr.op === 'name' && anyExport.test(expr.name)));
  if (may) return true;
  if (module.exports) return module.exports.some(({ name }) => name === null || name === 'buildSteps');
  eachStatement(module.body, (stmt) => {
    const names = stmt.op === 'import' ? [stmt.local] : stmt.op === 'define' ? [stmt.name] : stmt.op === 'bind' ? namesIn(stmt.to) : [];
    may ||= names.some((name) => name === '*' || entry.test(name));
  });
  return may;
}
