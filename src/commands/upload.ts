import { existsSync, statSync } from 'node:fs';
import { Args, Flags } from '@oclif/core';
import { Failure } from '../errors/index.js';
import { type Outcome, withEnv } from '../ui/index.js';
import { archiveIdentity } from './shared/archive.js';
import { HostCommand, hostFlags } from './shared/host-command.js';
import { uploadFlags, type UploadOutcome, uploadStages } from './shared/upload.js';

type Result = UploadOutcome & { name: string; version: string; namespace: string };

export default class Upload extends HostCommand<Result> {
  static override summary = 'Upload an archive to a host';
  static override description =
    'Takes a zip that plugin package made, and succeeds only when the host has checked and accepted it. A host that has these bytes already is left as it is.';
  static override examples = ['<%= config.bin %> upload my_extractor-1.0.0.zip', '<%= config.bin %> upload my_extractor-1.0.0.zip --skip-duplicate --json'];
  static override args = { archive: Args.string({ required: true, description: 'the archive' }) };
  static override flags = withEnv({
    name: Flags.string({ helpValue: 'NAME', dependsOn: ['version'], description: 'name of the plugin; from the archive unless told' }),
    version: Flags.string({ dependsOn: ['name'], helpValue: 'X.Y.Z', description: 'its version; from the archive unless told' }),
    description: Flags.string({ helpValue: 'TEXT', description: 'what lists show of it' }),
    ...uploadFlags,
    ...hostFlags,
  });

  protected async execute(): Promise<Outcome<Result>> {
    const { args, flags } = await this.parse(Upload);
    checkFile(args.archive);
    const host = await this.connect(flags);
    const { normaliseVersion } = await import('../manifest/index.js');
    const { name, version } = flags.name !== undefined && flags.version !== undefined ? { name: flags.name, version: normaliseVersion(flags.version) } : await archiveIdentity(args.archive);
    const uploaded = await uploadStages(host, this.ui.stages(), this.ui, { file: args.archive, name, version, description: flags.description, skipDuplicate: flags['skip-duplicate'] });
    return { result: { ...uploaded, name, version, namespace: host.namespace } };
  }

  protected render({ outcome, plugin_id: id, sha256, feature_uri: uri }: Result): string {
    if (outcome === 'skipped') return '';
    const facts = [`plugin   ${id}${outcome === 'unchanged' ? '  (unchanged)' : ''}`, `sha256   ${sha256}`, ...(uri === null ? [] : [`feature  ${uri}`])];
    return [...facts, '', `${this.ui.theme.dim('Next:')} plugin deploy ${id}`].join('\n');
  }
}

/** Before anything waits for it: a pipe under the name would never give its first byte. @throws Failure `archive-unreadable` */
function checkFile(file: string): void {
  if (existsSync(file) && statSync(file).isFile()) return;
  throw new Failure({ code: 'archive-unreadable', message: existsSync(file) ? `${file} is no file.` : `There is no file ${file}.`, why: 'The archive to upload is one.', next: 'Make one with: plugin package', details: { file } });
}
