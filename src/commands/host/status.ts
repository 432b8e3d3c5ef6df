import { type Outcome, printable, withEnv } from '../../ui/index.js';
import { HostCommand, hostFlags } from '../shared/host-command.js';

interface Result {
  base_url: string;
  /** `ok`, `starting` or `stopping`. */
  status: string;
  version: string | null;
  /** Whether it wants keys; null where it does not say. */
  auth: boolean | null;
  warnings: string[];
}

export default class HostStatus extends HostCommand<Result> {
  static override summary = 'Ask a host how it does';
  static override description = 'Needs no key. Exits with 3 when nothing answers.';
  static override examples = ['<%= config.bin %> host status', '<%= config.bin %> host status --base-url http://127.0.0.1:8700 --json'];
  static override flags = withEnv(hostFlags);

  protected async execute(): Promise<Outcome<Result>> {
    const { flags } = await this.parse(HostStatus);
    const host = await this.connect(flags);
    const { status, version, auth, warnings } = await host.health();
    return { result: { base_url: host.http.connection.baseUrl, status, version, auth: auth ?? null, warnings } };
  }

  protected render({ base_url: url, status, version, auth, warnings }: Result): string {
    const { theme } = this.ui;
    const facts = [`host       ${url}`, `status     ${status === 'ok' ? theme.good(status) : theme.warn(status)}`, `version    ${version ?? '(not told)'}`, `keys       ${auth === null ? '(not told)' : auth ? 'wanted' : 'not wanted: everyone is let in'}`];
    return [...facts, ...warnings.map((warning) => `${theme.warn('warning')}  ${printable(warning)}`)].join('\n');
  }
}
