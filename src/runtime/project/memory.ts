/** The worker's memory limit has to be known before it starts, so it is read from the manifest's source. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './find.js';

/** `actor_memory_gb` when the manifest does not say, GiB. */
const DEFAULT_GB = 2;

/** GiB that `compute_profile.actor_memory_gb` grants; the default where static reading cannot tell. */
export async function declaredMemory(project: Project): Promise<number> {
  const text = readFileSync(join(project.root, project.manifest), 'utf8');
  const { readStatic } = await import('../../manifest/index.js');
  const { value } = await readStatic(text, project.manifest).catch(() => ({ value: null }));
  const profile = (value as { compute_profile?: { actor_memory_gb?: unknown } } | null)?.compute_profile;
  const given = profile?.actor_memory_gb;
  return typeof given === 'number' && given > 0 ? given : DEFAULT_GB;
}
