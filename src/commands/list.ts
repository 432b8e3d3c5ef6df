import { Flags } from '@oclif/core';
import type { PluginSummary } from '../client/index.js';
import { formatTable, type Outcome, printable, withEnv } from '../ui/index.js';
import { HostCommand, hostFlags } from './shared/host-command.js';

interface Result {
  namespace: string;
  total: number;
  plugins: PluginSummary[];
}

export default class List extends HostCommand<Result> {
  static override summary = 'List the plugins of a namespace';
  static override description = 'Every version is a line, newest last.';
  static override examples = ['<%= config.bin %> list', '<%= config.bin %> list --name my_extractor --json'];
  static override flags = withEnv({ name: Flags.string({ helpValue: 'NAME', description: 'only versions of this plugin' }), ...hostFlags });

  private name: string | undefined;

  protected async execute(): Promise<Outcome<Result>> {
    const { flags } = await this.parse(List);
    this.name = flags.name;
    const host = await this.connect(flags);
    const { byVersion } = await import('../client/index.js');
    const plugins = (await host.plugins())
      .filter(({ name }) => flags.name === undefined || name === flags.name)
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : byVersion(a.version, b.version)));
    return { result: { namespace: host.namespace, total: plugins.length, plugins } };
  }

  protected render({ namespace, plugins }: Result): string {
    if (plugins.length === 0 && this.name !== undefined) return `There is no plugin ${this.name} in namespace ${namespace}.`;
    if (plugins.length === 0) return [`There are no plugins in namespace ${namespace}.`, '', `${this.ui.theme.dim('Next:')} plugin publish`].join('\n');
    const columns = ['plugin', 'version', 'deployed', 'checked', 'description'].map((title) => ({ title }));
    const rows = plugins.map(({ name, version, deployed, validation_status: checked, description }) => [name, version, deployed ? 'yes' : 'no', checked ?? '', description ?? ''].map(printable));
    return formatTable(columns, rows);
  }
}
