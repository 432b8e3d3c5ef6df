import { Args, Flags } from '@oclif/core';
import { type Outcome, withEnv } from '../ui/index.js';
import { HostCommand, hostFlags } from './shared/host-command.js';

interface Result {
  plugin_id: string;
  namespace: string;
  feature_uri: string | null;
  deployment_status: string | null;
  message: string | null;
}

export default class Enable extends HostCommand<Result> {
  static override summary = "Make one of the organisation's plugins usable in a namespace";
  static override description = 'The plugin is found as if it had been uploaded to the namespace, with the parameters given here as its defaults.';
  static override examples = ['<%= config.bin %> enable brand_check_1_0_0', `<%= config.bin %> enable brand_check_1_0_0 --params '{"threshold": 0.8}' --no-deploy`];
  static override args = { plugin: Args.string({ required: true, description: 'its id, or name and version: brand_check@1.0.0' }) };
  static override flags = withEnv({
    params: Flags.string({ helpValue: 'JSON', description: 'parameters as JSON, or @file.json' }),
    deploy: Flags.boolean({ allowNo: true, default: true, description: 'deploy it too' }),
    ...hostFlags,
  });

  protected async execute(): Promise<Outcome<Result>> {
    const { args, flags } = await this.parse(Enable);
    const { parseParams } = await import('../runtime/index.js');
    const params = parseParams(flags.params);
    const host = await this.connect(flags);
    const { idOf, readReference } = await import('../client/index.js');
    const { name, version } = readReference(args.plugin);
    const id = version === null ? name : idOf(name, version);
    const { feature_uri, deployment_status, message } = await host.enable(id, { params, deploy: flags.deploy });
    return { result: { plugin_id: id, namespace: host.namespace, feature_uri, deployment_status, message } };
  }

  protected render({ plugin_id: id, namespace, deployment_status: deployment }: Result): string {
    return [`${id} can be used in namespace ${namespace}.${deployment === null ? '' : ` Deployment: ${deployment}.`}`, '', `${this.ui.theme.dim('Next:')} plugin status ${id}`].join('\n');
  }
}
