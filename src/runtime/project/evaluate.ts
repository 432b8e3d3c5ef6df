/** Evaluating a manifest that static reading cannot tell: in a worker, as everything of a plugin. */
import type { PluginManifest } from '../../manifest/index.js';
import { Failure } from '../../errors/index.js';
import type { InitMessage, ReadyMessage, Unnumbered } from '../../protocol/wire.js';
import { WorkerDied, WorkerRefused, launchWorker, refusal } from '../launch/index.js';
import { manifestOf } from '../ready.js';
import type { Bundle } from './bundle.js';
import type { Project } from './find.js';
import { placeBundle } from './place.js';

const DEADLINE_MS = 60_000;

/** @throws Failure `manifest-invalid`, `plugin-load` */
export function evaluateManifest(project: Project, bundle: Bundle): Promise<PluginManifest> {
  return askManifest(project, { module: placeBundle(project, bundle) });
}

/**
 * @param code the module to import, and the interpreter where it is Python
 * @throws Failure `manifest-invalid`, `plugin-load`
 */
export async function askManifest(project: Project, code: { module: string; python?: string | undefined }): Promise<PluginManifest> {
  const worker = launchWorker({ root: project.root, profile: 'trusted', memoryGb: 2, python: code.python, serve: () => Promise.reject(new Failure({ code: 'no-service', message: 'A manifest has nothing to ask for.' })), onLog: () => undefined });
  try {
    const init: Unnumbered<InitMessage> = { type: 'init', bundle: code.module, root: project.root, role: 'manifest', parameters: {}, threads: 1, batch_size: null, profile: 'trusted' };
    const { header } = await worker.request<ReadyMessage>(init, [], DEADLINE_MS);
    return await manifestOf(header);
  } catch (error) {
    if (error instanceof WorkerRefused) throw refusal(error);
    if (error instanceof WorkerDied) throw new Failure({ code: 'plugin-load', message: `The manifest could not be evaluated: ${error.message}.`, why: 'Manifest and plugin code are imported to read it.', next: 'Look at the top-level code of the plugin.' });
    throw error;
  } finally {
    await worker.stop();
  }
}
