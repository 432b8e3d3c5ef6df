/** Uploading as stages, as `upload` and `publish` do it. */
import { Flags } from '@oclif/core';
import type { Host, Uploaded } from '../../client/index.js';
import { Failure } from '../../errors/index.js';
import type { Stages, Ui } from '../../ui/index.js';

export const uploadFlags = {
  'skip-duplicate': Flags.boolean({ description: 'a version that exists with other content is a warning, not a failure' }),
};

export interface UploadRequest {
  file: string;
  name: string;
  version: string;
  description?: string | undefined;
  skipDuplicate: boolean;
}

/** `skipped`: the version exists with other content, and that was said to be no failure. */
export type UploadOutcome = Omit<Uploaded, 'outcome' | 'message'> & { outcome: Uploaded['outcome'] | 'skipped' };

/** Uploads with the stages `upload` and `confirm`. @throws Failure as `uploadArchive` does */
export async function uploadStages(host: Host, stages: Stages, ui: Ui, { skipDuplicate, ...request }: UploadRequest): Promise<UploadOutcome> {
  const { uploadArchive, idOf } = await import('../../client/index.js');
  const { formatBytes } = await import('../../archive/index.js');
  const id = idOf(request.name, request.version);
  const started = performance.now();
  return stages.run('upload', async (): Promise<{ result: UploadOutcome; note: string }> => {
    try {
      const { message: _message, ...uploaded } = await uploadArchive(host, {
        ...request,
        onStage: (stage) => stage === 'confirm' && stages.state('the host checks the archive'),
        onProgress: (done, total) => stages.progress(total === 0 ? 1 : done / total, `${formatBytes(done)} of ${formatBytes(total)}  ${formatBytes(done / Math.max(0.001, (performance.now() - started) / 1000))}/s`),
      });
      const note = uploaded.outcome === 'unchanged' ? `${id} is unchanged: the host has these bytes` : `${id}, ${formatBytes(uploaded.bytes)}, checked`;
      return { result: uploaded, note };
    } catch (error) {
      if (!skipDuplicate || !(error instanceof Failure) || error.code !== 'version-exists') throw error;
      ui.warn(`${error.message} Nothing was uploaded (--skip-duplicate).`);
      return { result: { outcome: 'skipped', plugin_id: id, sha256: '', bytes: 0, feature_uri: null }, note: `${id} is skipped` };
    }
  });
}
