/** Whether an archive may become a plugin: unpacked, identified, scanned. Runs none of its code. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { extractArchive } from '../../archive/index.js';
import { Failure, systemCode } from '../../errors/index.js';
import { staticPythonManifest } from '../../lint/index.js';
import { checkManifest, fromWire, isTreeObject, normaliseVersion, python, toWire, UNKNOWN } from '../../manifest/index.js';
import { killPoint } from '../kill-points.js';
import type { HostPaths } from '../paths.js';
import type { PluginFile } from './plugins.js';
import { bundleFile, inputsFile, parse, readInputs, scanPlugin } from './scan.js';

export interface Candidate {
  /** The archive's path. */
  archive: string;
  /** Its sha256, which was compared when it was read. */
  sha256: string;
  name: string;
  version: string;
  strict: boolean;
}

/** What a plugin's record needs to know of its archive. */
export interface Admitted {
  language: 'typescript' | 'python';
  folder: string;
  files: readonly PluginFile[];
  manifest: Record<string, unknown>;
  description: string | null;
  warnings: readonly string[];
}

/** What a check says of an archive. Any other failure is one of this host, which decides nothing: the check may be repeated. */
const aboutArchive = /^(archive-(?!unpacked-)|manifest-|schema-|version-|parameters-)/;

export type Verdict = { admitted: Admitted } | { violations: string[]; code: string };

/**
 * Unpacks into a tree of its own and checks it; the tree takes its place only when everything passed.
 * @throws Error where the host itself cannot check: a file of its installation is missing, its disk changes what it is given
 */
export async function admit(paths: HostPaths, { archive, sha256, name, version, strict }: Candidate): Promise<Verdict> {
  const scratch = join(paths.staging, `${randomBytes(8).toString('hex')}.tree`);
  await mkdir(scratch);
  try {
    const extracted = await extractArchive(archive, join(scratch, 'unpacked'));
    killPoint('confirm.unpacked');
    const folder = extracted.top ?? name;
    await rename(join(scratch, 'unpacked'), join(scratch, folder));
    const root = join(scratch, folder);
    const identity = await identify(root, extracted.files);
    const problems = [...identity.problems, ...differences(identity.manifest, name, version)];
    if (problems.length > 0) return { violations: problems, code: 'manifest' };
    const { violations, warnings } = await scanPlugin(root, extracted.files, strict);
    if (violations.length > 0) return { violations, code: 'security' };
    await takePlace(scratch, join(paths.trees, sha256));
    const description = identity.manifest['description'];
    return { admitted: { language: identity.language, folder, files: extracted.files, manifest: identity.manifest, description: typeof description === 'string' ? description : null, warnings } };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Not as a failure: that would be told to the client as something to mend there.
    if (!aboutArchive.test(error.code)) throw new Error(`The archive could not be checked: ${error.message} ${error.next ?? ''}`, { cause: error });
    return { violations: [`${basename(archive) === sha256 ? 'archive' : basename(archive)}: ${error.message}`], code: error.code };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A tree of the same archive may be there already; it is the same, or will be found not to be when it is used. */
async function takePlace(scratch: string, place: string): Promise<void> {
  try {
    await rename(scratch, place);
  } catch (error) {
    if (systemCode(error) !== 'ENOTEMPTY' && systemCode(error) !== 'EEXIST') throw error;
  }
}

interface Identity {
  language: 'typescript' | 'python';
  manifest: Record<string, unknown>;
  problems: string[];
}

async function identify(root: string, files: readonly PluginFile[]): Promise<Identity> {
  const names = await readdir(root);
  return names.includes('manifest.py') ? identifyPython(root) : identifyTypeScript(root, files);
}

/** A TypeScript plugin runs as its bundle, which must be made of what lies beside it. */
async function identifyTypeScript(root: string, files: readonly PluginFile[]): Promise<Identity> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const missing = [bundleFile, inputsFile, 'manifest.json'].filter((path) => !byPath.has(path));
  if (missing.length > 0) return { language: 'typescript', manifest: {}, problems: missing.map((path) => `${path}: The file is missing. Make the archive with: plugin package`) };
  const problems: string[] = [];
  const inputs = parse(await readFile(join(root, inputsFile), 'utf8'));
  if (!isTreeObject(inputs) || inputs['digest'] !== byPath.get(bundleFile)?.sha256) problems.push(`${bundleFile}: The bundle is not the one that ${inputsFile} describes. Make the archive with: plugin package`);
  for (const { path, sha256, package: from } of await readInputs(root)) {
    const file = byPath.get(path);
    if (from === undefined && file !== undefined && file.sha256 !== sha256) problems.push(`${path}: The bundle was made from another state of this file. Make the archive with: plugin package`);
  }
  const manifest = toWire(fromWire(parse(await readFile(join(root, 'manifest.json'), 'utf8'))));
  return { language: 'typescript', manifest, problems };
}

/** A manifest.py is read, not run: what only running it can tell stays out of the record. */
async function identifyPython(root: string): Promise<Identity> {
  const { value } = await staticPythonManifest(await readFile(join(root, 'manifest.py'), 'utf8'));
  if (!isTreeObject(value)) return { language: 'python', manifest: {}, problems: ['manifest.py: The file defines no manifest that can be read without running it. Write feature_extractor_name = "my_extractor" and version = "1.0.0".'] };
  const problems = checkManifest(value, python).filter(({ severity }) => severity === 'error');
  return { language: 'python', manifest: withoutUnknown(value) as Record<string, unknown>, problems: problems.map(({ message, next }) => `manifest.py: ${message} ${next}`) };
}

function withoutUnknown(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== UNKNOWN).map(withoutUnknown);
  if (!isTreeObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== UNKNOWN).map(([key, item]) => [key, withoutUnknown(item)]));
}

/** Name and version of the manifest must be those of the request. */
function differences(manifest: Readonly<Record<string, unknown>>, name: string, version: string): string[] {
  const found: string[] = [];
  const own = manifest['feature_extractor_name'];
  if (own !== name) found.push(`manifest: The plugin is named ${JSON.stringify(own ?? null)}, the upload ${JSON.stringify(name)}.`);
  const given = manifest['version'];
  if (typeof given !== 'string' || normaliseVersion(given) !== version) found.push(`manifest: The plugin has the version ${JSON.stringify(given ?? null)}, the upload ${JSON.stringify(version)}.`);
  return found;
}
