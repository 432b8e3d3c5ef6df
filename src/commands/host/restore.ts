import { Args, Flags } from '@oclif/core';
import type { HostCopy } from '../../host/index.js';
import { type Outcome, PlugsmithCommand, plural, withEnv } from '../../ui/index.js';
import { hostFolder } from '../shared/host-folder.js';

export default class HostRestore extends PlugsmithCommand<HostCopy> {
  static override summary = 'Make a host of a copy that host backup made';
  static override description = 'Checks every archive, the database and the audit log first; a damaged copy is refused. Overwrites no host.';
  static override examples = ['<%= config.bin %> host restore ./copy --folder ./state'];
  static override args = { copy: Args.string({ required: true, description: 'the folder of the copy' }) };
  static override flags = withEnv({ folder: Flags.string({ helpValue: 'DIR', description: 'the folder of its state; ~/.local/share/plugsmith/host unless told' }) });

  protected async execute(): Promise<Outcome<HostCopy>> {
    const { args, flags } = await this.parse(HostRestore);
    const { restoreHost } = await import('../../host/index.js');
    return { result: await restoreHost(args.copy, hostFolder(flags.folder)) };
  }

  protected render({ folder, plugins }: HostCopy): string {
    return [`Restored ${plural(plugins, 'version')} to ${folder}.`, '', `${this.ui.theme.dim('Next:')} plugin host start --folder ${folder}`].join('\n');
  }
}
