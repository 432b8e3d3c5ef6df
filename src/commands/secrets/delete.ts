import { Args } from '@oclif/core';
import { type Outcome, withEnv } from '../../ui/index.js';
import { HostCommand, hostFlags } from '../shared/host-command.js';

interface Result {
  secret_name: string;
}

export default class SecretsDelete extends HostCommand<Result> {
  static override summary = 'Delete a secret of the organisation';
  static override description = 'Plugins that ask for it fail from then on.';
  static override examples = ['<%= config.bin %> secrets delete OPENAI_API_KEY'];
  static override args = { name: Args.string({ required: true, description: 'name of the secret' }) };
  static override flags = withEnv(hostFlags);

  protected async execute(): Promise<Outcome<Result>> {
    const { args, flags } = await this.parse(SecretsDelete);
    const host = await this.connect(flags);
    await host.removeSecret(args.name);
    return { result: { secret_name: args.name } };
  }

  protected render({ secret_name: name }: Result): string {
    return `${name} was deleted.`;
  }
}
