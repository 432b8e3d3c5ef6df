/** Rules about the manifest. What is checked is the `manifest` room's business; here it becomes findings at places. */
import type { SyntaxRule } from '../../rule.js';
import { isManifestFile, problemsOf, toReport } from './manifest-file.js';
import { declaresImports } from './MAN-IMPORT.js';
import { exportsBuildSteps } from './MAN-PIPELINE.js';
import { ruleMetas } from './metas.js';
import type { PluginRule } from '../../plugin-rule.js';

export { checkProject } from './project.js';
export { checkPythonManifest, type ManifestReport } from './python/index.js';
export { readPythonManifest } from './python/read.js';

/**
 * One rule per kind of problem. A file is read once, whatever the number of rules. Those about the files beside the
 * manifest have nothing to visit: `checkProject` reports them.
 */
export const rules: SyntaxRule[] = ruleMetas.map((meta) => ({
  meta,
  create: (file, report) => {
    if (!isManifestFile(file.path)) return {};
    return {
      Program() {
        for (const problem of problemsOf(file)) {
          if (problem.rule === meta.id) report(toReport(file, problem));
        }
      },
    };
  },
}));

/** Those that compare the manifest with the plugin's code. */
export const pluginRules: PluginRule[] = [declaresImports, exportsBuildSteps];
