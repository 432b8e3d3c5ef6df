/**
 * The bundle: the plugin and its pure-JavaScript dependencies as one module, by esbuild. `plugsmith` and `zod` stay
 * imports; stub packages beside the bundle lead them to the running installation.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { Metafile } from 'esbuild';
import { Failure } from '../../errors/index.js';
import { bundle, type BundleErrors } from '../../native/index.js';
import type { Project } from './find.js';

export interface Bundle {
  code: Uint8Array;
  map: Uint8Array;
  /** sha256 of the code, hex: what a host starts by. */
  digest: string;
  inputs: { path: string; sha256: string; package?: string }[];
  licenses: { package: string; version: string; file: string; text: string }[];
}

const EXTERNAL = ['plugsmith', 'plugsmith/manifest', 'plugsmith/testing', 'zod'];
/** The generated entry's name; never shown. */
const ENTRY = 'plugsmith-entry.mjs';
/** Native add-ons come from Plugsmith; a plugin bundles only JavaScript. */
const NATIVE: Record<string, string> = { 'onnxruntime-node': 'context.models.onnx(path)', sharp: 'context.images.decode(path)' };

/** The generated entry: one module with everything a worker may ask for. */
export function entry(project: Project): string {
  const lines = [`export { default as manifest } from './${project.manifest}';`, `export * as pipeline from './${project.pipeline}';`];
  if (project.realtime !== null) lines.push(`export * as realtime from './${project.realtime}';`);
  project.actions.forEach((file, i) => lines.push(`import * as action${i} from './${file}';`));
  lines.push(`export const actions = { ${project.actions.map((file, i) => `${JSON.stringify(file)}: action${i}`).join(', ')} };`);
  return lines.join('\n');
}

/** @throws Failure `bundle-failed`, `missing-module` with the author's file and line, `bundler-broken` */
export async function bundlePlugin(project: Project): Promise<Bundle> {
  const result = await bundle({
    absWorkingDir: project.root,
    stdin: { contents: entry(project), resolveDir: project.root, sourcefile: ENTRY, loader: 'js' },
    outfile: 'dist/plugin.mjs', bundle: true, format: 'esm', platform: 'node', target: 'node20', packages: 'bundle',
    external: EXTERNAL, sourcemap: 'linked', sourcesContent: false, metafile: true, write: false, logLevel: 'silent',
    legalComments: 'none', charset: 'utf8', keepNames: true,
    // The author's tsconfig is for the editor; what runs must not depend on it.
    tsconfigRaw: '{}',
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  }).catch((error: unknown) => {
    throw error instanceof Failure ? error : bundleFailure(project, error as BundleErrors);
  });
  const [map, code] = result.outputFiles[0]?.path.endsWith('.map') ? result.outputFiles : [result.outputFiles[1], result.outputFiles[0]];
  if (code === undefined || map === undefined) throw new Error('esbuild gave no output');
  if (result.metafile.inputs[project.manifest]?.format === 'cjs') throw noDefault(project.manifest);
  return {
    code: code.contents,
    map: map.contents,
    digest: sha256(code.contents),
    ...describeInputs(project, result.metafile),
  };
}

function describeInputs(project: Project, metafile: Metafile): Pick<Bundle, 'inputs' | 'licenses'> {
  const packages = new Map<string, string>();
  const inputs = Object.keys(metafile.inputs)
    .filter((path) => path !== ENTRY)
    .sort()
    .map((path) => {
      const full = resolve(project.root, path);
      const match = /^(.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+))[\\/]/.exec(full);
      if (match) packages.set(match[1] as string, (match[2] as string).split(sep).join('/'));
      return { path, sha256: sha256(readFileSync(full)), ...(match && { package: (match[2] as string).split(sep).join('/') }) };
    });
  const licenses = [...packages].sort().flatMap(([folder, name]) => {
    const { version = '0.0.0' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: string };
    return readdirSync(folder)
      .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
      .map((file) => ({ package: name, version, file, text: readFileSync(join(folder, file), 'utf8') }));
  });
  return { inputs, licenses };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function bundleFailure(project: Project, cause: BundleErrors): Failure {
  const { errors } = cause;
  const [first] = errors;
  const lacking = /^No matching export in "([^"]+)" for import "default"/.exec(first.text)?.[1];
  if (first.location?.file === ENTRY && lacking !== undefined) return noDefault(lacking, cause);
  const missing = /^Could not resolve "([^"]+)"/.exec(first.text)?.[1];
  const at = first.location ? `${first.location.file}:${first.location.line}:${first.location.column + 1}` : project.name;
  return new Failure({
    code: missing !== undefined ? 'missing-module' : 'bundle-failed',
    message: `${at}: ${first.text}${errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''}`,
    why: missing !== undefined ? 'The plugin cannot start without what it imports.' : 'Workers run the bundled plugin.',
    next: (missing === undefined ? null : nextForMissing(project.root, missing)) ?? `Mend ${at}.`,
    details: { errors: errors.map((error) => ({ text: error.text, file: error.location?.file, line: error.location?.line, column: error.location ? error.location.column + 1 : undefined })) },
  });
}

/** Also for `module.exports`, which the bundler would take: lint reads ES modules only, so a host would never see such a plugin. */
function noDefault(manifest: string, cause?: unknown): Failure {
  return new Failure({ code: 'bundle-failed', message: `${manifest} has no default export.`, why: 'The manifest is read from it.', next: `Write in ${manifest}: export default defineManifest({ ... })`, cause });
}

/** What to do about a module that was not found; null for a file of the plugin, which is to be mended where it is named. */
function nextForMissing(root: string, missing: string): string | null {
  if (isEditorsName(root, missing)) return 'Write the path of the file, or name it under "imports" in package.json, such as "#lib/*": paths of tsconfig.json are for the editor only.';
  const native = NATIVE[missing];
  if (native) return `Use ${native}: native add-ons come from Plugsmith.`;
  return /^[./]/.test(missing) ? null : `Install it in the plugin's folder: npm install ${packageName(missing)}`;
}

/** Whether `paths` of the plugin's tsconfig.json give a module its name. The file may hold comments: only its keys are looked for. */
function isEditorsName(root: string, specifier: string): boolean {
  const file = join(root, 'tsconfig.json');
  const names = existsSync(file) ? [...readFileSync(file, 'utf8').matchAll(/"([^"]+)"\s*:\s*\[/g)].map(([, name = '']) => name) : [];
  return names.some((name) => {
    const [before = '', after] = name.split('*');
    return after === undefined ? specifier === name : before !== '' && specifier.startsWith(before) && specifier.endsWith(after);
  });
}

function packageName(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
