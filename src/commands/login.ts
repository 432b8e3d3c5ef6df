import { Flags } from '@oclif/core';
import type { Namespace } from '../client/index.js';
import { Failure } from '../errors/index.js';
import { type Outcome, withEnv } from '../ui/index.js';
import { HostCommand, hostFlags } from './shared/host-command.js';
import { readHidden } from './shared/input.js';
import { namespacesOf } from './shared/namespaces.js';

interface Result {
  profile: string;
  base_url: string;
  namespace: string;
  /** Ids of the namespaces that the key may use. */
  namespaces: string[];
  /** Where it was saved. */
  file: string;
}

export default class Login extends HostCommand<Result> {
  static override summary = 'Save the address and key of a host';
  static override description =
    'Asks for the key on a terminal and reads it from standard input elsewhere; it is never an argument. Tries the key, then saves it in a file that only you can read.';
  static override examples = [
    '<%= config.bin %> login --base-url http://127.0.0.1:8700',
    '<%= config.bin %> login --profile work --base-url https://plugins.example.com < key.txt',
    '<%= config.bin %> login --base-url http://127.0.0.1:8700 --no-key',
  ];
  static override flags = withEnv({
    ...hostFlags,
    'no-key': Flags.boolean({ description: 'the host lets everyone in: there is no key' }),
  });

  protected async execute(): Promise<Outcome<Result>> {
    const { flags } = await this.parse(Login);
    const { checkBaseUrl, credentialsFile, DEFAULT_NAMESPACE, DEFAULT_PROFILE, readProfiles, writeProfile } = await import('../client/index.js');
    const file = credentialsFile();
    const profile = flags.profile ?? DEFAULT_PROFILE;
    const saved = (await readProfiles(file))[profile];
    const asked = flags['base-url'] ?? (await this.ui.ask('Address of the host', { flag: '--base-url URL', default: saved?.base_url ?? 'http://127.0.0.1:8700' }));
    const baseUrl = checkBaseUrl(asked, flags.insecure);
    const apiKey = flags['no-key'] ? null : await readHidden(this.ui, 'Key', 'the key');
    const host = await this.open({ baseUrl, apiKey, namespace: flags.namespace ?? DEFAULT_NAMESPACE });
    const namespaces = await namespacesOf(host);
    const namespace = namespaces === null ? host.namespace : await this.choose(flags.namespace, namespaces);
    await writeProfile(file, profile, { base_url: baseUrl, namespace, api_key: apiKey, insecure: flags.insecure });
    return { result: { profile, base_url: baseUrl, namespace, namespaces: (namespaces ?? []).map((each) => each.namespace_id), file } };
  }

  private async choose(named: string | undefined, namespaces: Namespace[]): Promise<string> {
    const found = namespaces.find((each) => each.namespace_id === named || each.namespace_name === named);
    if (found !== undefined) return found.namespace_id;
    if (named !== undefined) throw new Failure({ code: 'no-such-namespace', message: `The key may not use a namespace ${named}.`, why: 'Every plugin is in a namespace.', next: `Name one of: ${namespaces.map((each) => each.namespace_id).join(', ')}` });
    const [first] = namespaces;
    if (first === undefined) throw new Failure({ code: 'no-namespace', message: 'The key may use no namespace.', why: 'Every plugin is in a namespace.', next: 'Name it with --namespace, or have the key changed by whoever runs the host.' });
    if (namespaces.length === 1) return first.namespace_id;
    return this.ui.select('Which namespace?', { flag: '--namespace ID', choices: namespaces.map((each) => ({ value: each.namespace_id, description: each.namespace_name ?? undefined })) });
  }

  protected render({ profile, base_url: url, namespace, file }: Result): string {
    return [`Logged in to ${url}, namespace ${namespace}.`, `Saved as profile ${profile} in ${file}, for your eyes only.`, '', `${this.ui.theme.dim('Next:')} plugin publish --deploy`].join('\n');
  }
}
