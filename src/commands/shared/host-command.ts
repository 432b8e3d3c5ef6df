/** What commands that talk to a host have in common: which one, with which key, and letting go of it. */
import { Flags } from '@oclif/core';
import type { Host, Settings } from '../../client/index.js';
import { PlugsmithCommand, onExit } from '../../ui/index.js';

/** Which host a command talks to. The key has no flag: arguments are seen by other users of the machine. */
export const hostFlags = {
  profile: Flags.string({ helpValue: 'NAME', description: 'the profile that plugin login saved; default unless told', helpGroup: 'HOST' }),
  'base-url': Flags.string({ helpValue: 'URL', description: 'address of the host, in place of the one of the profile', helpGroup: 'HOST' }),
  namespace: Flags.string({ char: 'n', helpValue: 'ID', description: 'the namespace, in place of the one of the profile', helpGroup: 'HOST' }),
  insecure: Flags.boolean({ description: 'accept plain HTTP to another machine', helpGroup: 'HOST' }),
};

/** The values of `hostFlags`. */
export interface HostFlagValues {
  profile?: string | undefined;
  'base-url'?: string | undefined;
  namespace?: string | undefined;
  insecure?: boolean | undefined;
}

export abstract class HostCommand<T> extends PlugsmithCommand<T> {
  /** What flags, environment and profiles name. @throws Failure where they name nothing */
  protected async settingsOf(flags: HostFlagValues): Promise<Settings> {
    const { credentialsFile, readProfiles, resolveSettings } = await import('../../client/index.js');
    const given = { profile: flags.profile, baseUrl: flags['base-url'], namespace: flags.namespace, insecure: flags.insecure };
    return resolveSettings(given, process.env, await readProfiles(credentialsFile()));
  }

  /** The host that they name. @throws Failure where they name none */
  protected async connect(flags: HostFlagValues): Promise<Host> {
    return this.open(await this.settingsOf(flags));
  }

  /** A client that is closed when the command ends. */
  protected async open({ baseUrl, apiKey, namespace }: Pick<Settings, 'baseUrl' | 'apiKey' | 'namespace'>): Promise<Host> {
    const { createHttp, Host } = await import('../../client/index.js');
    const userAgent = `plugsmith/${this.config.version} node/${process.versions.node}`;
    const host = new Host(createHttp({ baseUrl, apiKey, userAgent }, { onTrace: (line) => this.ui.detail(line) }), namespace);
    onExit(() => host.close());
    return host;
  }
}
