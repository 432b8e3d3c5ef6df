/** What a worker that is ready said of its plugin. */
import type { PluginManifest } from '../manifest/index.js';
import type { ReadyMessage } from '../protocol/index.js';

/** What checks a manifest takes a while to load: best while the worker starts, which takes longer. */
const checks = (): Promise<typeof import('../manifest/index.js')> => import('../manifest/index.js');

/** Has the checks loaded by the time that they are wanted. */
export function expectManifest(): void {
  // Whoever wants them meets the same error.
  checks().catch(() => undefined);
}

/** The manifest, checked in the words of the plugin's language. @throws Failure `manifest-invalid` */
export async function manifestOf({ manifest, runtime }: Pick<ReadyMessage, 'manifest' | 'runtime'>): Promise<PluginManifest> {
  const { fromWire, parseManifest, python } = await checks();
  return runtime.startsWith('python') ? parseManifest(manifest, { path: 'manifest.py' }, python) : fromWire(manifest);
}
