/** What an archive on disk says of itself. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../errors/index.js';
import { withScratch } from './pack.js';

/**
 * Name and version of the plugin in an archive. It is unpacked for that, with the checks of a host, so an archive
 * that every host would refuse is refused here.
 * @throws Failure `archive-...`, `manifest-unreadable`
 */
export function archiveIdentity(file: string): Promise<{ name: string; version: string }> {
  return withScratch(async (scratch) => {
    const { extractArchive } = await import('../../archive/index.js');
    const { normaliseVersion } = await import('../../manifest/index.js');
    const folder = join(scratch, 'unpacked');
    const paths = new Set((await extractArchive(file, folder)).files.map(({ path }) => path));
    const { feature_extractor_name: name, version } = paths.has('manifest.json') ? await readJson(join(folder, 'manifest.json')) : await readPython(folder, paths);
    if (typeof name === 'string' && typeof version === 'string') return { name, version: normaliseVersion(version) };
    throw new Failure({ code: 'manifest-unreadable', message: `${file} does not say which plugin it is.`, why: 'A host is told name and version before it gets the archive.', next: 'Give them with --name and --version, or make the archive with: plugin package', details: { file } });
  });
}

async function readJson(file: string): Promise<Record<string, unknown>> {
  try {
    return Object(JSON.parse(await readFile(file, 'utf8'))) as Record<string, unknown>;
  } catch {
    // What is no JSON says nothing; that is told by the caller.
    return {};
  }
}

async function readPython(folder: string, paths: ReadonlySet<string>): Promise<Record<string, unknown>> {
  if (!paths.has('manifest.py')) return {};
  const { staticPythonManifest } = await import('../../lint/index.js');
  const { value } = await staticPythonManifest(await readFile(join(folder, 'manifest.py'), 'utf8'));
  return Object(value) as Record<string, unknown>;
}
