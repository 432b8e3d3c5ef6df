import { Flags } from '@oclif/core';
import { Failure } from '../errors/index.js';
import { type Outcome, withEnv } from '../ui/index.js';
import { HostCommand, hostFlags } from './shared/host-command.js';
import { findTarget, pluginArg } from './shared/target.js';

interface Result {
  plugin_id: string;
  /** Whether it was deployed; its workers may take a few minutes to end. */
  deployment_removed: boolean;
  message: string | null;
}

export default class Delete extends HostCommand<Result> {
  static override summary = 'Remove a version of a plugin from a host';
  static override description = 'Ends its deployment first. The version number cannot be used again for other content. Asks on a terminal; elsewhere it needs --yes.';
  static override examples = ['<%= config.bin %> delete my_extractor@1.0.0', '<%= config.bin %> delete my_extractor@1.0.0 --yes'];
  static override args = pluginArg;
  static override flags = withEnv({ yes: Flags.boolean({ char: 'y', description: 'do not ask' }), ...hostFlags });

  protected async execute(): Promise<Outcome<Result>> {
    const { args, flags } = await this.parse(Delete);
    const host = await this.connect(flags);
    const { id } = await findTarget(args.plugin, host, 'only', this.ui);
    const question = `Delete ${id} from ${host.http.connection.baseUrl}, namespace ${host.namespace}? This cannot be undone.`;
    if (!flags.yes && !(await this.ui.confirm(question, { default: false, flag: '--yes' }))) {
      throw new Failure({ code: 'not-confirmed', message: 'Nothing was deleted.', why: 'The question was answered with no.', next: 'Run it again to be asked again.' });
    }
    const { deployment_removed: removed, message } = await host.remove(id);
    return { result: { plugin_id: id, deployment_removed: removed === true, message } };
  }

  protected render({ plugin_id: id, deployment_removed: removed }: Result): string {
    return `${id} was deleted${removed ? '; its deployment ends' : ''}.`;
  }
}
