import { type Outcome, printable, withEnv } from '../../ui/index.js';
import { HostCommand, hostFlags } from '../shared/host-command.js';

interface Result {
  secrets: string[];
}

export default class SecretsList extends HostCommand<Result> {
  static override summary = 'List the names of the secrets of the organisation';
  static override description = 'Values cannot be read back from a host.';
  static override examples = ['<%= config.bin %> secrets list'];
  static override flags = withEnv(hostFlags);

  protected async execute(): Promise<Outcome<Result>> {
    const { flags } = await this.parse(SecretsList);
    const host = await this.connect(flags);
    return { result: { secrets: (await host.secrets()).sort() } };
  }

  protected render({ secrets }: Result): string {
    return secrets.length === 0 ? 'There are no secrets.' : secrets.map(printable).join('\n');
  }
}
