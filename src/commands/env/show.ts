import { Flags } from '@oclif/core';
import type { KeptEnvironment, PythonFacts } from '../../runtime/index.js';
import { formatTable, type Outcome, PlugsmithCommand, withEnv } from '../../ui/index.js';
import { pythonFlags } from '../shared/python.js';

interface Result {
  /** Null with --all. */
  plugin: (PythonFacts & { packages: string[] }) | null;
  environments: KeptEnvironment[];
}

export default class EnvShow extends PlugsmithCommand<Result> {
  static override summary = "Show a Python plugin's environment, or all in the cache";
  static override description = 'Names the interpreter, the requirements, and where the environment and its lock lie. Builds nothing.';
  static override examples = ['<%= config.bin %> env show --plugin my_extractor', '<%= config.bin %> env show --all'];
  static override flags = withEnv({
    plugin: Flags.string({ helpValue: 'DIR', char: 'p', description: "the plugin's folder", default: '.' }),
    all: Flags.boolean({ description: 'list every environment in the cache folder' }),
    python: pythonFlags.python,
  });

  protected async execute(): Promise<Outcome<Result>> {
    const { flags } = await this.parse(EnvShow);
    const { listEnvironments, lockedPackages, pythonFacts } = await import('../../runtime/index.js');
    if (flags.all) return { result: { plugin: null, environments: await listEnvironments() } };
    const facts = await pythonFacts(flags.plugin, { python: flags.python, announce: (line) => this.ui.note(line) });
    const packages = facts.environment === null ? [] : lockedPackages(facts.environment);
    const mine = [facts.environment?.key, facts.tests.environment?.key];
    return { result: { plugin: { ...facts, packages }, environments: (await listEnvironments()).filter(({ key }) => mine.includes(key)) } };
  }

  protected render({ plugin, environments }: Result): string {
    if (plugin === null) return environments.length === 0 ? 'There are no environments in the cache.' : environmentTable(environments);
    const { interpreter, requirements, environment, packages, tests } = plugin;
    return [
      `interpreter   ${interpreter.program} (Python ${interpreter.version})`,
      `dependencies  ${requirements.join(', ') || 'none besides pandas, pyarrow, numpy, pydantic'}`,
      `environment   ${environment?.folder ?? 'not built; plugin env build makes it'}`,
      ...(environment?.lock ? [`lock          ${environment.lock}  (${packages.length} packages)`] : []),
      `for tests     ${tests.environment?.folder ?? 'not built; plugin test makes it'}`,
    ].join('\n');
  }
}

/** Environments of the cache as a table. */
export function environmentTable(environments: readonly KeptEnvironment[]): string {
  const rows = environments.map(({ key, version, requirements, bytes, broken }) => [key, version ?? '-', broken ?? (requirements.join(', ') || 'base'), `${Math.round(bytes / 1e6)} MB`]);
  return formatTable([{ title: 'environment' }, { title: 'python' }, { title: 'holds' }, { title: 'size' }], rows);
}
