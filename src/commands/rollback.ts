import { Args } from '@oclif/core';
import { type Outcome, withEnv } from '../ui/index.js';
import { HostCommand, hostFlags } from './shared/host-command.js';

interface Result {
  name: string;
  previous_version: string | null;
  active_version: string;
  message: string | null;
}

export default class Rollback extends HostCommand<Result> {
  static override summary = 'Let the name of a plugin answer with an earlier version';
  static override description =
    'Calls by name go to that version once the host has seen it healthy. Calls by plugin id are not touched: every version keeps answering under its own.';
  static override examples = ['<%= config.bin %> rollback my_extractor 1.0.0'];
  static override args = {
    name: Args.string({ required: true, description: 'name of the plugin' }),
    version: Args.string({ required: true, description: 'the version to go back to' }),
  };
  static override flags = withEnv(hostFlags);

  protected async execute(): Promise<Outcome<Result>> {
    const { args, flags } = await this.parse(Rollback);
    const host = await this.connect(flags);
    const { normaliseVersion } = await import('../manifest/index.js');
    const { previous_version: previous, active_version: active, message } = await host.rollback(args.name, normaliseVersion(args.version));
    return { result: { name: args.name, previous_version: previous, active_version: active, message } };
  }

  protected render({ name, previous_version: previous, active_version: active }: Result): string {
    const told = previous === active ? `${name} was at ${active} already.` : `${name} answers with ${active}${previous === null ? '' : `, no longer with ${previous}`}.`;
    return [told, 'Calls by plugin id go to their own version, as before.'].join('\n');
  }
}
