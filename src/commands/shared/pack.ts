/** Packing a plugin, as `package` and `publish` do it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveWarning, Packed } from '../../archive/index.js';
import { ExitCode, Failure } from '../../errors/index.js';
import type { LintReport } from '../../lint/index.js';
import type { PluginManifest } from '../../manifest/index.js';
import type { Bundle, Project } from '../../runtime/index.js';
import { onExit } from '../../ui/index.js';
import { pythonManifest } from './python-manifest.js';
import { bundleWarnings } from './scan-bundle.js';

export interface PackedPlugin extends Packed {
  plugin_id: string;
  name: string;
  /** `X.Y.Z` */
  version: string;
  description: string | undefined;
}

/** The report of lint over a plugin's folder; `show` is given it where there is something to show. @throws Failure `lint-findings` where lint finds errors: a host would find them too. */
export async function lintPlugin(root: string, show: (text: string) => void, colour: boolean): Promise<LintReport> {
  const { formatReport, lintPaths } = await import('../../lint/index.js');
  const report = await lintPaths([root], { cwd: process.cwd() });
  const { findings, summary } = report;
  if (summary.errors > 0 || summary.warnings > 0) show(formatReport(report, 'stylish', { colour }));
  if (summary.errors === 0) return report;
  throw new Failure({
    code: 'lint-findings',
    message: `Lint found ${summary.errors === 1 ? 'an error' : `${summary.errors} errors`}; nothing was packaged.`,
    why: 'A host refuses the plugin for the same reasons.',
    next: 'Mend what is listed, then run the command again.',
    details: { findings, summary },
    exitCode: ExitCode.findings,
  });
}

/**
 * Writes a plugin's archive, with its bundle where it is TypeScript. Does not lint the sources; scans the bundle.
 * @param folder the plugin's folder
 * @param archiveFor the absolute path of the archive for a manifest
 * @param announce told what takes long: a Python environment that has to be made
 * @throws Failure as bundling, `bundleWarnings`, evaluating the manifest and `packFolder` do
 */
export async function packPlugin(folder: string, archiveFor: (manifest: PluginManifest) => string, announce: (line: string) => void = () => undefined): Promise<PackedPlugin> {
  const { bundlePlugin, evaluateManifest, findProject, installation } = await import('../../runtime/index.js');
  const { packFolder } = await import('../../archive/index.js');
  const { pluginId, toWire } = await import('../../manifest/index.js');
  const project = findProject(folder);
  const bundle = project.language === 'python' ? null : await bundlePlugin(project);
  const bundled = bundle === null ? [] : await bundleWarnings(bundle, project.root);
  const manifest = bundle === null ? await pythonManifest(project.root, announce) : await evaluateManifest(project, bundle);
  const { feature_extractor_name: name, version, description } = manifest;
  // A Python plugin is imported under its folder's name, and holds nothing but what its author wrote.
  const content = bundle === null ? { name: project.name, generated: {} } : { name, generated: generated(bundle, toWire(manifest), installation().version) };
  const packed = await packFolder({ root: project.root, ...content, outFile: archiveFor(manifest) });
  const missing = leftOut(project, bundle, packed);
  return { ...packed, warnings: [...packed.warnings, ...missing, ...bundled], plugin_id: pluginId(name, version), name, version, description };
}

/** Names of files that a warning tells besides the first. */
const LEFT_OUT = 5;

/**
 * Source files that the archive lacks: a bundle runs without them, but cannot be made again. Of a Python plugin only the
 * files that every host opens are known.
 */
function leftOut({ manifest, pipeline, realtime }: Project, bundle: Bundle | null, { files }: Packed): ArchiveWarning[] {
  const own = bundle === null ? [manifest, pipeline, ...(realtime === null ? [] : [realtime])] : bundle.inputs.filter((input) => input.package === undefined).map(({ path }) => path);
  const packed = new Set(files.map(({ path }) => path));
  const [file, ...others] = own.filter((path) => !packed.has(path.normalize('NFC')));
  if (file === undefined) return [];
  const outside = file.startsWith('../');
  return [{
    code: 'source-left-out',
    file,
    message: `The archive lacks this file${others.length === 0 ? '' : ` and ${others.length} more (${others.slice(0, LEFT_OUT).join(', ')}${others.length > LEFT_OUT ? ', ...' : ''})`}, ${bundle === null ? 'without which a host cannot run the plugin' : 'of which the bundle is made: a host can run the plugin, but nobody can build it again from the archive'}.`,
    next: outside ? "Put it into the plugin's folder, if others are to work on the plugin." : `Take the line that leaves it out from .pluginignore${bundle === null ? '.' : ', if others are to work on the plugin.'}`,
  }];
}

/** Gives a folder that is gone when the work is done, or interrupted. */
export async function withScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'plugsmith-package-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const release = onExit(remove);
  try {
    return await work(folder);
  } finally {
    release();
    await remove();
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
