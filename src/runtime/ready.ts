/** What a worker that is ready said of its plugin. */
import { fromWire, parseManifest, python, type PluginManifest } from '../manifest/index.js';
import type { ReadyMessage } from '../protocol/index.js';

/** The manifest, checked in the words of the plugin's language. @throws Failure `manifest-invalid` */
export function manifestOf({ manifest, runtime }: ReadyMessage): PluginManifest {
  return runtime.startsWith('python') ? parseManifest(manifest, { path: 'manifest.py' }, python) : fromWire(manifest);
}
