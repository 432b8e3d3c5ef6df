import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import type { ArchiveWarning } from '../archive/index.js';
import { ExitCode, Failure } from '../errors/index.js';
import type { Bundle } from '../runtime/index.js';
import { indent, type Outcome, PlugsmithCommand, printable, withEnv } from '../ui/index.js';

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
    'Lints first and refuses what lint refuses. Writes the sources, the bundled plugin with its JavaScript dependencies and their licences, and manifest.json. The same sources, lockfile and Plugsmith version give the same bytes. A .pluginignore file says what stays out.';
  static override examples = ['<%= config.bin %> package', '<%= config.bin %> package --plugin my_extractor --dry-run'];
  static override flags = withEnv({
    plugin: Flags.string({ default: '.', helpValue: 'DIR', description: "the plugin's folder" }),
    output: Flags.string({ char: 'o', helpValue: 'FILE', description: 'the archive; NAME-VERSION.zip in the current folder unless told' }),
    'dry-run': Flags.boolean({ description: 'do everything but keep the archive' }),
  });

  private tree = '';

  protected async execute(): Promise<Outcome<Result>> {
    const { flags } = await this.parse(Package);
    const { bundlePlugin, evaluateManifest, findProject, installation } = await import('../runtime/index.js');
    const { packFolder } = await import('../archive/index.js');
    const { pluginId, toWire } = await import('../manifest/index.js');
    const project = findProject(flags.plugin);
    await this.lint(project.root);
    const bundle = await bundlePlugin(project);
    const manifest = await evaluateManifest(project, bundle);
    const { feature_extractor_name: name, version } = manifest;
    const outFile = resolve(flags.output ?? `${name}-${version}.zip`);
    const scratch = flags['dry-run'] ? await mkdtemp(join(tmpdir(), 'plugsmith-package-')) : null;
    try {
      const target = scratch === null ? outFile : join(scratch, basename(outFile));
      const packed = await packFolder({ root: project.root, name, generated: generated(bundle, toWire(manifest), installation().version), outFile: target });
      this.tree = packed.tree;
      const { sha256, bytes, files, warnings } = packed;
      return { result: { archive: relative(process.cwd(), outFile), sha256, bytes, files, plugin_id: pluginId(name, version), warnings, dry_run: scratch !== null } };
    } finally {
      if (scratch !== null) await rm(scratch, { recursive: true, force: true });
    }
  }

  /** @throws Failure `lint-findings` where lint finds errors: a host would find them too. */
  private async lint(root: string): Promise<void> {
    const { formatReport, lintPaths } = await import('../lint/index.js');
    const report = await lintPaths([root], { cwd: process.cwd() });
    const { findings, summary } = report;
    if (summary.errors > 0 || summary.warnings > 0) this.ui.out(formatReport(report, 'stylish', { colour: this.ui.theme.colour }));
    if (summary.errors === 0) return;
    throw new Failure({
      code: 'lint-findings',
      message: `Lint found ${summary.errors === 1 ? 'an error' : `${summary.errors} errors`}; nothing was packaged.`,
      why: 'A host refuses the plugin for the same reasons.',
      next: 'Mend what is listed, then run the command again.',
      details: { findings, summary },
      exitCode: ExitCode.findings,
    });
  }

  protected render({ archive, sha256, plugin_id: id, warnings, dry_run: dryRun }: Result): string {
    const { theme } = this.ui;
    const warned = warnings.map(({ file, line, message, next }) => `${theme.warn('warning')}  ${printable(file)}${line === undefined ? '' : `:${line}`}: ${message}\n${indent(`${theme.dim('Next:')} ${next}`, 9)}`);
    const facts = [`archive  ${archive}${dryRun ? '  (dry run: not written)' : ''}`, `sha256   ${sha256}`, `plugin   ${id}`].join('\n');
    const next = dryRun ? 'Run it without --dry-run to write the archive.' : `See what a host will get: unzip -l ${archive}`;
    return [printable(this.tree), ...warned, facts, `${theme.dim('Next:')} ${next}`].join('\n\n');
  }
}

/** What the archive holds besides the author's files. Pure, and without times or paths of this machine. */
function generated(bundle: Bundle, manifest: Record<string, unknown>, plugsmith: string): Record<string, Uint8Array> {
  const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  const licences = bundle.licenses.map(({ package: name, version, file, text }) => [`dist/licenses/${name.replace('/', '+')}-${version}/${file}`, Buffer.from(text)] as const);
  return {
    'manifest.json': json(manifest),
    'dist/plugin.mjs': bundle.code,
    'dist/plugin.mjs.map': bundle.map,
    'dist/inputs.json': json({ version: 1, plugsmith, digest: bundle.digest, inputs: bundle.inputs }),
    ...Object.fromEntries(licences),
  };
}
