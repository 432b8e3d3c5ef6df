import { Flags } from '@oclif/core';
import { ExitCode } from '../errors/index.js';
import { type Outcome, printable, withEnv } from '../ui/index.js';
import { statusDocument, type StatusDocument, watchStatus } from './shared/deploy.js';
import { HostCommand, hostFlags } from './shared/host-command.js';
import { findTarget, pluginArg } from './shared/target.js';
import { secondsFlag } from './shared/seconds.js';

export default class Status extends HostCommand<StatusDocument> {
  static override summary = 'Show how the deployment of a plugin stands';
  static override description = 'With --watch it waits until nothing more will happen by itself, and exits with 3 when the deployment failed.';
  static override examples = ['<%= config.bin %> status my_extractor', '<%= config.bin %> status my_extractor@1.0.0 --watch'];
  static override args = pluginArg;
  static override flags = withEnv({
    watch: Flags.boolean({ char: 'w', description: 'wait until it is deployed, failed or not deployed' }),
    timeout: secondsFlag(600, 'how long --watch waits'),
    ...hostFlags,
  });

  protected async execute(): Promise<Outcome<StatusDocument>> {
    const { args, flags } = await this.parse(Status);
    const host = await this.connect(flags);
    const { id } = await findTarget(args.plugin, host, 'deployed', this.ui);
    if (!flags.watch) return { result: statusDocument(await host.status(id)) };
    const stages = this.ui.stages();
    const status = await stages.run('deploy', async () => {
      const result = await watchStatus(host, id, { before: null, timeoutSeconds: flags.timeout }, stages, this.ui);
      return { result, note: result.status };
    });
    return { result: statusDocument(status), exitCode: status.status === 'FAILED' ? ExitCode.host : ExitCode.ok };
  }

  protected render(status: StatusDocument): string {
    const { theme } = this.ui;
    const shown = { DEPLOYED: theme.good, FAILED: theme.error }[status.status] ?? theme.bold;
    const facts: [string, string | null | undefined][] = [
      ['plugin', status.plugin_id], ['status', shown(status.status)], ['kind', status.deployment_type], ['error', status.error], ['message', status.message],
      ['feature', status.feature_uri], ['route', status.route_prefix], ['deployed', status.deployed_at],
    ];
    return facts.filter(([, value]) => value).map(([name, value]) => `${name.padEnd(10)}${name === 'status' ? value : printable(value ?? '')}`).join('\n');
  }
}
