import { Args } from '@oclif/core';
import { type Outcome, withEnv } from '../ui/index.js';
import { HostCommand, hostFlags } from './shared/host-command.js';

interface Result {
  plugin_id: string;
  namespace: string;
  message: string | null;
}

export default class Disable extends HostCommand<Result> {
  static override summary = "Take one of the organisation's plugins out of a namespace";
  static override description = 'The plugin itself stays with the organisation, and can be enabled again.';
  static override examples = ['<%= config.bin %> disable brand_check_1_0_0'];
  static override args = { plugin: Args.string({ required: true, description: 'its id, or name and version: brand_check@1.0.0' }) };
  static override flags = withEnv(hostFlags);

  protected async execute(): Promise<Outcome<Result>> {
    const { args, flags } = await this.parse(Disable);
    const host = await this.connect(flags);
    const { idOf, readReference } = await import('../client/index.js');
    const { name, version } = readReference(args.plugin);
    const id = version === null ? name : idOf(name, version);
    const { message } = await host.disable(id);
    return { result: { plugin_id: id, namespace: host.namespace, message } };
  }

  protected render({ plugin_id: id, namespace }: Result): string {
    return `${id} can no longer be used in namespace ${namespace}.`;
  }
}
