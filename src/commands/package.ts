import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import type { ArchiveWarning } from '../archive/index.js';
import { Failure } from '../errors/index.js';
import { indent, type Outcome, PlugsmithCommand, printable, withEnv } from '../ui/index.js';
import { lintPlugin, packPlugin, withScratch } from './shared/pack.js';

interface Result {
  /** Path of the archive, relative to the current folder; with --dry-run the one it would have. */
  archive: string;
  sha256: string;
  bytes: number;
  /** What it holds, sizes before compression. */
  files: { path: string; bytes: number }[];
  plugin_id: string;
  warnings: ArchiveWarning[];
  dry_run: boolean;
}

export default class Package extends PlugsmithCommand<Result> {
  static override summary = 'Pack a plugin into a zip that a host accepts';
  static override description =
    'Lints first and refuses what lint refuses. Writes the sources, the bundled plugin with its JavaScript dependencies and their licences, and manifest.json; of a Python plugin the folder as it is. The same sources, lockfile and Plugsmith version give the same bytes. A .pluginignore file says what stays out.';
  static override examples = ['<%= config.bin %> package', '<%= config.bin %> package --plugin my_extractor --dry-run'];
  static override flags = withEnv({
    plugin: Flags.string({ char: 'p', default: '.', helpValue: 'DIR', description: "the plugin's folder" }),
    output: Flags.string({ char: 'o', helpValue: 'FILE', description: 'the archive; NAME-VERSION.zip in the current folder unless told' }),
    'dry-run': Flags.boolean({ description: 'do everything but keep the archive' }),
  });

  private tree = '';
  private publish = 'plugin publish';

  protected async execute(): Promise<Outcome<Result>> {
    const { flags } = await this.parse(Package);
    checkName(flags.output);
    const { findProject } = await import('../runtime/index.js');
    const { root } = findProject(flags.plugin);
    if (flags.plugin !== '.') this.publish += ` --plugin ${flags.plugin}`;
    await lintPlugin(root, (text) => this.ui.out(text), this.ui.theme.colour);
    return { result: flags['dry-run'] ? await withScratch((folder) => this.pack(root, flags.output, folder)) : await this.pack(root, flags.output, null) };
  }

  private async pack(root: string, output: string | undefined, scratch: string | null): Promise<Result> {
    let outFile = '';
    const { sha256, bytes, files, plugin_id, warnings, tree } = await packPlugin(root, ({ feature_extractor_name: name, version }) => {
      outFile = resolve(output ?? `${name}-${version}.zip`);
      return scratch === null ? outFile : join(scratch, basename(outFile));
    }, (line) => this.ui.note(line));
    this.tree = tree;
    return { archive: relative(process.cwd(), outFile), sha256, bytes, files, plugin_id, warnings, dry_run: scratch !== null };
  }

  protected render({ archive, sha256, plugin_id: id, warnings, dry_run: dryRun }: Result): string {
    const { theme } = this.ui;
    const warned = warnings.map(({ file, line, message, next }) => `${theme.warn('warning')}  ${printable(file)}${line === undefined ? '' : `:${line}`}: ${message}\n${indent(`${theme.dim('Next:')} ${next}`, 9)}`);
    const facts = [`archive  ${archive}${dryRun ? '  (dry run: not written)' : ''}`, `sha256   ${sha256}`, `plugin   ${id}`].join('\n');
    const next = dryRun ? 'Run it without --dry-run to write the archive.' : `Test it once more and upload it to a host: ${this.publish}`;
    return [printable(this.tree), ...warned, facts, `${theme.dim('Next:')} ${next}`].join('\n\n');
  }
}

/** A slip in the name must not cost a source file. */
function checkName(output: string | undefined): void {
  if (output === undefined || extname(output).toLowerCase() === '.zip') return;
  throw new Failure({ code: 'usage', message: `The archive cannot be called ${output}.`, why: 'It is a zip, and would replace a file of another kind.', next: `Give --output a name that ends with .zip, such as ${join(dirname(output), 'plugin.zip')}.` });
}
