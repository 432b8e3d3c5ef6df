import type { PluginDocument } from '../client/index.js';
import { type Outcome, printable, withEnv } from '../ui/index.js';
import { HostCommand, hostFlags } from './shared/host-command.js';
import { findTarget, pluginArg } from './shared/target.js';

export default class Get extends HostCommand<PluginDocument> {
  static override summary = 'Show what a host knows of a plugin';
  static override description = 'Prints the record of one version; with --json all of it, the manifest too.';
  static override examples = ['<%= config.bin %> get my_extractor', '<%= config.bin %> get my_extractor@1.0.0 --json'];
  static override args = pluginArg;
  static override flags = withEnv(hostFlags);

  protected async execute(): Promise<Outcome<PluginDocument>> {
    const { args, flags } = await this.parse(Get);
    const host = await this.connect(flags);
    const { id } = await findTarget(args.plugin, host, 'newest', this.ui);
    return { result: (await host.plugin(id)).plugin };
  }

  protected render(plugin: PluginDocument): string {
    const { manifest: _manifest, validation_errors: found, ...facts } = plugin;
    const lines = Object.entries(facts).filter(([, value]) => value !== null && typeof value !== 'object').map(([key, value]) => `${key.padEnd(24)}${printable(String(value))}`);
    return [...lines, ...found.map((line) => `  ${printable(line)}`)].join('\n');
  }
}
