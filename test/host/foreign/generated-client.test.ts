/** The service's own generated client, from PyPI, against our host. Its models read every answer. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testPython } from '../../support/python.js';
import { quick, tsPlugin } from '../deployments/support.js';
import { tempFolder, testHost } from '../support.js';

const { python, missing } = testPython('generated-client', ['mixpeek==0.82']);

const notFound = { raised: 'NotFoundException', status: 404, type: 'NotFoundError' };
const exists = { raised: 'ConflictException', status: 409, type: 'AlreadyExistsError' };
const wrongState = { raised: 'ConflictException', status: 409, type: 'ConflictError' };

/** What its user must get from each call. The client leaves out what is null. */
function expectedOf(ns: string, codeHash: string): Record<string, unknown> {
  const id = 'foreign_plugin_1_0_0';
  const uri = 'mixpeek://foreign_plugin@1.0.0';
  const first = { plugin_id: id, name: 'foreign_plugin', version: '1.0.0', description: 'By another client', validation_status: 'passed' };
  const second = { plugin_id: 'foreign_plugin_1_1_0', version: '1.1.0', description: 'As a form', deployed: false };
  const shared = { plugin_id: 'shared_plugin_1_0_0', name: 'shared_plugin', version: '1.0.0', validation_status: 'passed', feature_uri: 'mixpeek://shared_plugin@1.0.0' };
  const answered = { data: { embedding: [1, 2, 3], version: '1.0.0' }, model: id, provider: 'custom_plugin', cached: false };
  const extractor = {
    feature_extractor_name: 'foreign_plugin', version: '1.0.0', feature_extractor_id: 'foreign_plugin_1.0.0', source: 'custom', description: 'By another client',
    required_vector_indexes: [{ name: 'vector', type: 'single', feature_uri: `${uri}/vector`, index: { dimensions: 3, type: 'dense', distance: 'cosine' } }],
  };
  return {
    create_namespace: { namespace_name: 'foreign' }, create_namespace_again: exists, get_namespace: { namespace_id: ns }, list_namespaces: { results: [{ namespace_id: ns }], total_count: 1 },

    create_upload: { namespace_id: ns, name: 'foreign_plugin', version: '1.0.0' }, confirm_before_put: notFound, put: { status: 200, etag: `"${codeHash}"` },
    confirm: { success: true, plugin_id: id, validation_status: 'passed', deployment_status: 'pending', feature_uri: uri }, create_upload_again: exists, confirm_unknown: notFound,
    upload: { success: true, plugin_id: second.plugin_id, validation_status: 'passed', deployment_status: 'pending' }, upload_again: exists,

    list: { success: true, total: 2, namespace_id: ns, plugins: [{ ...first, feature_uri: uri, deployed: false }, second] }, get_unknown: notFound,
    get: { plugin: { ...first, code_hash: codeHash, security_scan_passed: true, manifest: { feature_extractor_name: 'foreign_plugin' } }, presigned_download_url: expect.stringContaining(codeHash) },

    status_before: { status: 'NOT_DEPLOYED', deployed: false }, undeploy_before: wrongState, deploy: { status: 'queued', deployment_name: `custom_plugin_${id}`, route_prefix: `/inference/custom_plugin_${id}` },
    status: { status: 'DEPLOYED', deployed: true, realtime_enabled: true, namespace_id: ns }, get_deployed: { plugin: { deployed: true, deployment_info: { feature_uri: uri }, resolved_inference_name: `custom_plugin_${id}` } },
    inference_by_name: answered, inference_by_id: answered, inference_by_service_name: answered, inference_by_uri: answered, inference_unknown: notFound,

    extractors: { success: true, total: 2, builtin_count: 0, custom_count: 2, extractors: [{ ...extractor, deployed: true }, { version: '1.1.0', deployed: false }] }, extractor: { ...extractor, plugin_id: id },
    legacy_extractors: [extractor, { version: '1.1.0' }], legacy_extractor: extractor,

    undeploy: { status: 'not_deployed' }, status_after: { status: 'NOT_DEPLOYED', deployed: false }, delete: { success: true, plugin_id: id, deployment_removed: false }, delete_again: notFound,
    list_after: { total: 1, plugins: [second] },

    org_create_upload: { organization_id: 'org_local', name: 'shared_plugin' }, org_put: { status: 200 }, org_confirm: { success: true, plugin_id: shared.plugin_id, validation_status: 'passed' },
    org_list: { total: 1, organization_id: 'org_local', plugins: [shared] }, org_get: { plugin: { organization_id: 'org_local', plugin_id: shared.plugin_id } },
    available: { total: 1, plugins: [{ ...shared, enabled_in_namespace: false }] }, enable: { success: true, namespace_id: ns, deployment_status: 'pending' }, enabled_status: { status: 'DEPLOYED' },
    available_enabled: { plugins: [{ enabled_in_namespace: true }] }, org_delete_enabled: wrongState, disable: { success: true, plugin_id: shared.plugin_id }, disable_again: notFound,
    enable_plain: { success: true }, disable_plain: { success: true }, org_delete: { success: true }, org_get_deleted: notFound,

    secret_create: null, secret_create_again: exists, secret_list: { secrets: ['TOKEN'], count: 1 }, secret_update: { secret_name: 'TOKEN', updated: true }, secret_delete: { deleted: true }, secret_delete_again: notFound,
    without_key: { raised: 'UnauthorizedException', status: 401, type: 'UnauthorizedError' }, key_as_argument: { total: 1 },
  };
}

test.skipIf(missing !== null)(`${missing === null ? '' : `${missing}: `}every plugin call is answered as the models of the generated client want it`, { timeout: 180_000 }, async () => {
  const host = await testHost({ deployments: quick });
  const folder = tempFolder();
  const archives = [tsPlugin({ name: 'foreign_plugin' }), tsPlugin({ name: 'foreign_plugin', version: '1.1.0' }), tsPlugin({ name: 'shared_plugin' })];
  const files = archives.map((bytes, i) => {
    writeFileSync(join(folder, `${i}.zip`), bytes);
    return join(folder, `${i}.zip`);
  });
  const answers = await answersOf(host.host.url, host.key, files);
  const expected = expectedOf(answers['create_namespace'].namespace_id, createHash('sha256').update(archives[0] as Buffer).digest('hex'));
  expect(Object.keys(answers).sort()).toEqual(Object.keys(expected).sort());
  expect(answers).toMatchObject(expected);
});

// What the answers hold is checked by the table above.
async function answersOf(url: string, key: string, archives: string[]): Promise<Record<string, any>> {
  const child = spawn(python as string, [join(import.meta.dirname, 'generated_client.py'), url, key, ...archives], { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
  const code = await new Promise((done) => child.once('close', done));
  if (code !== 0) throw new Error(`${text.stderr}\nUntil then: ${text.stdout}`);
  return JSON.parse(text.stdout);
}
