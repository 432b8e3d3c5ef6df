import { type Outcome, withEnv } from '../ui/index.js';
import { HostCommand, hostFlags } from './shared/host-command.js';
import { findTarget, pluginArg } from './shared/target.js';

interface Result {
  plugin_id: string;
  message: string | null;
}

export default class Undeploy extends HostCommand<Result> {
  static override summary = 'Take a plugin out of service; its archive stays';
  static override description = 'Ends the deployment of one version. The version stays on the host and can be deployed again.';
  static override examples = ['<%= config.bin %> undeploy my_extractor@1.0.0'];
  static override args = pluginArg;
  static override flags = withEnv(hostFlags);

  protected async execute(): Promise<Outcome<Result>> {
    const { args, flags } = await this.parse(Undeploy);
    const host = await this.connect(flags);
    const { id } = await findTarget(args.plugin, host, 'deployed', this.ui);
    const { message } = await host.undeploy(id);
    return { result: { plugin_id: id, message } };
  }

  protected render({ plugin_id: id }: Result): string {
    return [`${id} is not deployed any more.`, '', `${this.ui.theme.dim('Next:')} plugin deploy ${id} brings it back, plugin delete ${id} removes it.`].join('\n');
  }
}
