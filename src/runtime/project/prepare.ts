/** From a plugin's folder to a module that a worker can import, without bundling again what did not change. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { replaceFile } from '../../files/index.js';
import { installation } from '../launch/index.js';
import { stateFailure } from '../write-failures.js';
import { writing } from '../runs.js';
import { bundlePlugin, entry } from './bundle.js';
import type { Project } from './find.js';
import { declaredMemory } from './memory.js';
import { placeBundle } from './place.js';

export interface Prepared {
  /** Path of the module that workers import. */
  module: string;
  /** sha256 of the bundle, hex. */
  digest: string;
  /** GiB one worker may use. */
  memoryGb: number;
  /** The interpreter that runs it; absent for TypeScript. */
  python?: string;
  /** Tracebacks of it with the lines of libraries. */
  verbose?: boolean;
}

/** What the last bundle was made of. */
interface Remembered extends Prepared {
  plugsmith: string;
  installation: string;
  entry: string;
  /** Path relative to the plugin's folder to sha256; null for a file that was not there. */
  inputs: Record<string, string | null>;
}

/** Files that decide which packages are found. */
const RESOLUTION = ['package.json', 'package-lock.json'];

/** @throws Failure `bundle-failed`, `missing-module`, `disk-full`, `output-not-writable` */
export async function preparePlugin(project: Project): Promise<Prepared> {
  const file = join(project.root, '.plugsmith', 'bundles', 'last.json');
  const known = remembered(project, file);
  if (known !== null) return known;
  const [bundle, memoryGb] = await Promise.all([bundlePlugin(project), declaredMemory(project)]);
  const prepared: Prepared = { module: placeBundle(project, bundle), digest: bundle.digest, memoryGb };
  const paths = [...bundle.inputs.map((input) => input.path), ...RESOLUTION];
  const record: Remembered = {
    ...prepared, plugsmith: installation().version, installation: installation().root, entry: entry(project),
    inputs: Object.fromEntries(paths.map((path) => [path, digestOf(resolve(project.root, path))])),
  };
  writing(file, () => replaceFile(file, JSON.stringify(record)), stateFailure);
  return prepared;
}

/** The last bundle, if everything it was made of is as it was and it is still what it was. */
function remembered(project: Project, file: string): Prepared | null {
  if (!existsSync(file)) return null;
  let record: Remembered;
  try {
    record = JSON.parse(readFileSync(file, 'utf8')) as Remembered;
  } catch {
    // A torn file remembers nothing; it is written anew.
    return null;
  }
  const { module, digest, memoryGb } = record;
  const same =
    // A copied folder brings its original's record along; errors would name the files of the other folder.
    module.startsWith(join(project.root, sep)) &&
    record.plugsmith === installation().version && record.installation === installation().root && record.entry === entry(project) &&
    digestOf(module) === digest && Object.entries(record.inputs).every(([path, sum]) => digestOf(resolve(project.root, path)) === sum);
  return same ? { module, digest, memoryGb } : null;
}

function digestOf(path: string): string | null {
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : null;
}
