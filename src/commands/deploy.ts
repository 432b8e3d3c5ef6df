import { type Outcome, withEnv } from '../ui/index.js';
import { deployFlags, deployStage, inWords, type StatusDocument } from './shared/deploy.js';
import { HostCommand, hostFlags } from './shared/host-command.js';
import { findTarget, pluginArg } from './shared/target.js';

export default class Deploy extends HostCommand<StatusDocument> {
  static override summary = 'Deploy an uploaded plugin and wait until it is ready';
  static override description =
    'Exits with 0 when the plugin is ready, with 3 when its deployment failed, and with 4 when the time to wait was over; the deployment then goes on. Ctrl+C ends the waiting, not the deployment.';
  static override examples = ['<%= config.bin %> deploy', '<%= config.bin %> deploy my_extractor@1.0.0 --batch-only', '<%= config.bin %> deploy my_extractor --no-wait'];
  static override args = pluginArg;
  static override flags = withEnv({ ...deployFlags, ...hostFlags });

  protected async execute(): Promise<Outcome<StatusDocument>> {
    const { args, flags } = await this.parse(Deploy);
    const host = await this.connect(flags);
    const { id } = await findTarget(args.plugin, host, 'newest', this.ui);
    return { result: await deployStage(host, id, { batchOnly: flags['batch-only'], network: flags.network, wait: flags.wait, timeoutSeconds: flags.timeout }, this.ui.stages(), this.ui) };
  }

  protected render(document: StatusDocument): string {
    const { plugin_id: id, status, deployment_type: type } = document;
    const next = status === 'DEPLOYED' ? `plugin invoke ${id} --inputs '{...}'` : type === 'batch_only' ? `plugin status ${id}` : `plugin status ${id} --watch`;
    return [`${id}  ${inWords(document)}${type === null ? '' : `  ${type}`}`, '', `${this.ui.theme.dim('Next:')} ${next}`].join('\n');
  }
}
