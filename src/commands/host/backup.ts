import { Args, Flags } from '@oclif/core';
import type { HostCopy } from '../../host/index.js';
import { type Outcome, PlugsmithCommand, plural, withEnv } from '../../ui/index.js';
import { hostFolder } from '../shared/host-folder.js';

export default class HostBackup extends PlugsmithCommand<HostCopy> {
  static override summary = 'Copy the state of a host of this machine, also while it runs';
  static override description = 'The copy is of one moment and whole: database, archives, and the keys that secrets are encrypted with. Keep it as carefully as the host itself.';
  static override examples = ['<%= config.bin %> host backup ./copy', '<%= config.bin %> host backup /backups/monday --folder ./state'];
  static override args = { target: Args.string({ required: true, description: 'the folder of the copy; it must not exist' }) };
  static override flags = withEnv({ folder: Flags.string({ helpValue: 'DIR', description: 'the folder of its state; ~/.local/share/plugsmith/host unless told' }) });

  protected async execute(): Promise<Outcome<HostCopy>> {
    const { args, flags } = await this.parse(HostBackup);
    const { backupHost } = await import('../../host/index.js');
    return { result: await backupHost(hostFolder(flags.folder), args.target) };
  }

  protected render({ folder, plugins, bytes }: HostCopy): string {
    return [`Copied ${plural(plugins, 'version')} (${plural(bytes, 'byte')} of archives) to ${folder}.`, '', `${this.ui.theme.dim('Next:')} plugin host restore ${folder} --folder NEW_FOLDER makes a host of it.`].join('\n');
  }
}
