import { ExitCode } from '../errors/index.js';
import { type Outcome, withEnv } from '../ui/index.js';
import { namespacesOf } from './shared/namespaces.js';
import { HostCommand, hostFlags } from './shared/host-command.js';

interface Result {
  base_url: string;
  namespace: string;
  profile: string | null;
  /** Where the key is from; the key itself is never shown. */
  key_from: string;
  /** Ids of the namespaces that the key may use; null where the host has no such list. */
  namespaces: string[] | null;
  /** What the key may do: read, upload, deploy, admin; null where the host does not tell. */
  scopes: string[] | null;
}

export default class Whoami extends HostCommand<Result> {
  static override summary = 'Show which host, namespace and key are used, and try them';
  static override description = 'Says where address and key come from and asks the host whether it accepts them. The key itself is never shown.';
  static override examples = ['<%= config.bin %> whoami', '<%= config.bin %> whoami --profile work'];
  static override flags = withEnv(hostFlags);

  protected async execute(): Promise<Outcome<Result>> {
    const { flags } = await this.parse(Whoami);
    const settings = await this.settingsOf(flags);
    const { baseUrl, namespace, profile, keyFrom } = settings;
    this.ui.detail(`${baseUrl}, namespace ${namespace}, key from ${keyFrom}`);
    const host = await this.open(settings);
    const known = await namespacesOf(host);
    const namespaces = known?.map((each) => each.namespace_id) ?? null;
    const isUsable = known?.some((each) => [each.namespace_id, each.namespace_name].includes(namespace)) ?? true;
    if (!isUsable) this.ui.warn(`The key cannot use the namespace ${namespace}. Choose another one: plugin login, or --namespace.`);
    return { result: { base_url: baseUrl, namespace, profile, key_from: keyFrom, namespaces, scopes: (await host.identity())?.scopes ?? null }, exitCode: isUsable ? ExitCode.ok : ExitCode.findings };
  }

  protected render({ base_url: url, namespace, profile, key_from: from, namespaces, scopes }: Result): string {
    return [`host        ${url}`, `namespace   ${namespace}`, `profile     ${profile ?? '(none)'}`, `key         ${from === 'none' ? 'none, and none is wanted' : `from ${from}, accepted`}`, `may         ${scopes === null ? '(the host does not tell)' : scopes.join(', ')}`, `in          ${namespaces === null ? '(the host has no list)' : namespaces.join(', ') || '(no namespace)'}`].join('\n');
  }
}
