import { Flags } from '@oclif/core';
import type { Environment } from '../../runtime/index.js';
import { type Outcome, plural, PlugsmithCommand, withEnv } from '../../ui/index.js';
import { pythonFlags } from '../shared/python.js';

interface Result {
  environment: Environment;
  /** `name==version` of everything in it. */
  packages: string[];
  tests: Environment | null;
}

export default class EnvBuild extends PlugsmithCommand<Result> {
  static override summary = "Make a Python plugin's environment";
  static override description = 'Installs what manifest.py names in dependencies, and what the worker needs, into the cache folder (PLUGSMITH_CACHE_DIR): with uv where it is installed, else with pip. Runs do the same when they need it; afterwards they need no network.';
  static override examples = ['<%= config.bin %> env build --plugin my_extractor', '<%= config.bin %> env build --tests --python 3.12'];
  static override flags = withEnv({
    plugin: Flags.string({ helpValue: 'DIR', char: 'p', description: "the plugin's folder", default: '.' }),
    tests: Flags.boolean({ description: 'make the environment for its tests, too' }),
    python: pythonFlags.python,
  });

  protected async execute(): Promise<Outcome<Result>> {
    const { flags } = await this.parse(EnvBuild);
    const { lockedPackages, pluginEnvironment, pythonProject, testEnvironment } = await import('../../runtime/index.js');
    const project = pythonProject(flags.plugin);
    const wishes = { python: flags.python, announce: (line: string) => this.ui.note(line), onLine: (line: string) => this.ui.detail(line) };
    const environment = await pluginEnvironment(project, wishes);
    const tests = flags.tests ? await testEnvironment(project, wishes) : null;
    for (const warning of environment.warnings) this.ui.warn(warning);
    return { result: { environment, packages: lockedPackages(environment), tests } };
  }

  protected render({ environment, packages, tests }: Result): string {
    return [
      `environment  ${environment.folder}  (Python ${environment.version}, ${plural(packages.length, 'package')})`,
      `lock         ${environment.lock}`,
      ...(tests === null ? [] : [`for tests    ${tests.folder}`]),
    ].join('\n');
  }
}
