import { relative, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { Failure } from '../errors/index.js';
import { type Outcome, withEnv } from '../ui/index.js';
import { existsSync } from 'node:fs';
import { HostCommand, hostFlags } from './shared/host-command.js';
import { findTarget, pluginArg } from './shared/target.js';

interface Result {
  plugin_id: string;
  /** Path of the archive, relative to the current folder. */
  file: string;
  sha256: string;
  bytes: number;
  /** Whether the host named a digest to compare with; one that differs is a failure. */
  verified: boolean;
}

export default class Download extends HostCommand<Result> {
  static override summary = 'Fetch the archive of a plugin from a host';
  static override description = 'The file appears only when it is complete and has the digest that the host names. An existing file is not overwritten without --force.';
  static override examples = ['<%= config.bin %> download my_extractor@1.0.0', '<%= config.bin %> download my_extractor --output old.zip'];
  static override args = pluginArg;
  static override flags = withEnv({
    output: Flags.string({ char: 'o', helpValue: 'FILE', description: 'the archive; NAME-VERSION.zip in the current folder unless told' }),
    force: Flags.boolean({ description: 'overwrite an existing file' }),
    ...hostFlags,
  });

  protected async execute(): Promise<Outcome<Result>> {
    const { args, flags } = await this.parse(Download);
    const host = await this.connect(flags);
    const { id, name, version } = await findTarget(args.plugin, host, 'newest', this.ui);
    const file = resolve(flags.output ?? `${name}-${version}.zip`);
    if (existsSync(file) && !flags.force) throw new Failure({ code: 'file-exists', message: `${relative(process.cwd(), file)} exists.`, why: 'Nothing is overwritten unasked.', next: 'Name another file with --output, or say --force.' });
    const { downloadArchive } = await import('../client/index.js');
    const { formatBytes } = await import('../archive/index.js');
    const stages = this.ui.stages();
    const downloaded = await stages.run('download', async () => {
      const result = await downloadArchive(host, id, { file, onProgress: (done, total) => stages.progress(total ? done / total : 0, `${formatBytes(done)}${total ? ` of ${formatBytes(total)}` : ''}`) });
      return { result, note: formatBytes(result.bytes) };
    });
    return { result: { plugin_id: id, ...downloaded, file: relative(process.cwd(), file) } };
  }

  protected render({ file, sha256, verified }: Result): string {
    return [`archive  ${file}`, `sha256   ${sha256}${verified ? '' : '  (the host names none to compare with)'}`].join('\n');
  }
}
