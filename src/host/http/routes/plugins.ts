/** Plugins of a namespace: list, one, delete. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { systemCode } from '../../../errors/index.js';
import { featureUri, isTreeObject } from '../../../manifest/index.js';
import { allows } from '../../access/keys.js';
import { isoTime } from '../../clock.js';
import type { HostContext } from '../../context.js';
import type { Deployments, Removal } from '../../deployments/index.js';
import { killPoint } from '../../kill-points.js';
import type { Blobs } from '../../plugins/blobs.js';
import { collectGarbage } from '../../plugins/garbage.js';
import type { PluginRecord } from '../../plugins/plugins.js';
import { badRequest, forbidden, notFound } from '../errors.js';
import { baseOf, type Call, inNamespace, ofPlugin, type Route, route, signedQuery } from '../route.js';
import { flag, sha256, time, validationStatus } from '../schemas.js';

export const listed = z.object({
  plugin_id: z.string(), name: z.string(), version: z.string(), description: z.string().nullable(), deployed: z.boolean(),
  validation_status: validationStatus, feature_uri: z.string(), created_at: time, updated_at: time,
});

export const pluginDocument = z.object({
  plugin_id: z.string(), namespace_id: z.string().nullable(), organization_id: z.string().nullable(), name: z.string(), version: z.string(), description: z.string().nullable(),
  s3_archive_url: z.string(), code_hash: sha256, validation_status: validationStatus, validation_errors: z.array(z.string()), security_scan_passed: z.boolean(),
  scanner_version: z.string(), language: z.enum(['typescript', 'python']), size_bytes: z.int(), deployed: z.boolean(),
  deployment_info: z.object({ ray_cluster_url: z.string().nullable(), ray_deployment_name: z.string(), feature_uri: z.string(), deployed_at: time.nullable() }).nullable(),
  manifest: z.record(z.string(), z.unknown()).nullable(), created_at: time, updated_at: time, deployed_at: time.nullable(), resolved_inference_name: z.string().nullable(),
});

export function pluginRoutes(host: HostContext, blobs: Blobs, deployments: Deployments): Route[] {
  return [
    route({
      id: 'listPlugins', method: 'GET', path: '/v1/namespaces/:namespace_id/plugins', access: 'read', tag: 'plugins', summary: 'Plugins of a namespace', params: inNamespace,
      response: { 200: z.object({ success: z.literal(true), plugins: z.array(listed), total: z.int(), namespace_id: z.string() }) },
      handler: ({ namespace: { namespace_id: id } }) => {
        const plugins = [...host.plugins.list(id), ...host.plugins.listEnabled(id)].map((plugin) => toListed(plugin, deployments.summary(id, plugin.pluginId).deployed));
        return { success: true, plugins, total: plugins.length, namespace_id: id };
      },
    }),
    route({
      id: 'getPlugin', method: 'GET', path: '/v1/namespaces/:namespace_id/plugins/:plugin_id', access: 'read', tag: 'plugins', summary: 'One plugin', params: ofPlugin,
      query: z.object({ return_presigned_urls: flag }),
      response: { 200: z.object({ success: z.literal(true), plugin: pluginDocument, presigned_download_url: z.string().nullable() }) },
      handler: ({ namespace, params, query, base }) => {
        const plugin = host.plugins.usable(namespace.namespace_id, params.plugin_id);
        if (plugin === undefined) throw notFound(`Plugin not found: ${params.plugin_id}`);
        const presigned = query.return_presigned_urls ? downloadUrl(host, plugin, base) : null;
        return { success: true, plugin: toDocument(plugin, deployments, namespace.namespace_id), presigned_download_url: presigned };
      },
    }),
    route({
      id: 'deletePlugin', method: 'DELETE', path: '/v1/namespaces/:namespace_id/plugins/:plugin_id', access: 'upload', tag: 'plugins', summary: 'Deletes a version; one that is deployed is stopped first', params: ofPlugin,
      response: { 200: z.object({ success: z.literal(true), plugin_id: z.string(), message: z.string(), deployment_removed: z.boolean() }) },
      handler: async ({ namespace: { namespace_id: owner }, params: { plugin_id: id }, principal, commit }) => {
        if (deployments.summary(owner, id).deployed && !allows(principal, 'deploy')) throw forbidden(`${id} is deployed: to stop it, the key needs the scope deploy too.`, { needs: 'deploy' });
        const { removal, answer } = remove(owner, id, principal.id, commit);
        killPoint('delete.tombstone');
        await removal.stop();
        collectGarbage(host);
        return answer;
      },
    }),
    route({
      id: 'downloadPlugin', method: 'GET', path: '/v1/namespaces/:namespace_id/plugins/:plugin_id/download', access: 'read', tag: 'plugins', summary: 'A URL for the archive', params: ofPlugin,
      response: { 200: z.object({ plugin_id: z.string(), name: z.string(), version: z.string(), download_url: z.string(), expires_in: z.int(), code_hash: sha256, size_bytes: z.int() }) },
      handler: ({ namespace, params, base }) => {
        const plugin = host.plugins.usable(namespace.namespace_id, params.plugin_id);
        if (plugin === undefined) throw notFound(`Plugin not found: ${params.plugin_id}`);
        const { pluginId, name, version, codeHash, bytes } = plugin;
        return { plugin_id: pluginId, name, version, download_url: downloadUrl(host, plugin, base), expires_in: downloadSeconds, code_hash: codeHash, size_bytes: bytes };
      },
    }),
    route({
      id: 'getArchive', method: 'GET', path: '/v1/downloads/:code_hash', access: 'signed', tag: 'plugins', summary: 'The archive, at its signed URL',
      params: z.object({ code_hash: sha256 }), query: signedQuery, produces: 'application/zip', response: { 200: z.string().meta({ format: 'binary' }) },
      handler: async ({ params: { code_hash: hash }, query, reply }) => {
        const grant = host.signer.verify('GET', hash, query);
        if (grant === undefined) throw forbidden(host.signer.explain(query), { code: 'signature' });
        if (grant.expires <= host.clock.now()) throw forbidden('The URL has expired. Ask for a new one.', { code: 'expired' });
        const file = blobs.path(hash);
        const size = await sizeOf(file);
        if (size === undefined) throw notFound('The archive was deleted.');
        reply.headers({ ETag: `"${hash}"`, 'Content-Length': String(size), 'Content-Type': 'application/zip' });
        return createReadStream(file);
      },
    }),
    route({
      id: 'reconfigureNamespace', method: 'POST', path: '/v1/namespaces/:namespace_id/plugins/reconfigure', access: 'admin', tag: 'plugins', summary: 'Vector indexes as the plugins need them. They are made when they are first written, so nothing has to be rebuilt here', params: inNamespace,
      body: z.object({ confirm: z.boolean() }),
      response: { 200: z.object({ namespace_id: z.string(), status: z.enum(['reconfigured', 'no_changes_needed']), previous_points_count: z.int(), vectors_added: z.array(z.string()), vectors_total: z.array(z.string()), collections_to_reprocess: z.array(z.string()), message: z.string() }) },
      handler: ({ namespace: { namespace_id: id }, body: { confirm } }) => {
        if (!confirm) throw badRequest('Say "confirm": true.', { code: 'not-confirmed' });
        const total = [...host.plugins.list(id), ...host.plugins.listEnabled(id)].flatMap(({ name, version, manifest }) => featureNames(manifest).map((feature) => featureUri(name, version, feature)));
        return { namespace_id: id, status: 'no_changes_needed', previous_points_count: 0, vectors_added: [], vectors_total: total, collections_to_reprocess: [], message: 'Indexes are made when they are first written; nothing was dropped.' };
      },
    }),
  ];

  function remove(owner: string, id: string, actor: string, commit: Call['commit']): { removal: Removal; answer: object } {
    let removal: Removal = { removed: false, stop: () => Promise.resolve() };
    const answer = commit(() => {
      if (!host.plugins.delete(owner, id)) throw notFound(`Plugin not found: ${id}`);
      removal = deployments.remove(owner, id);
      host.audit.write({ actor, action: 'plugin.delete', subject: `${owner}/${id}`, outcome: 'done' });
      return { success: true, plugin_id: id, message: removal.removed ? 'The plugin was stopped and deleted.' : 'The plugin was deleted.', deployment_removed: removal.removed };
    });
    return { removal, answer };
  }
}

function featureNames(manifest: PluginRecord['manifest']): string[] {
  const features = Array.isArray(manifest['features']) ? (manifest['features'] as unknown[]) : [];
  return features.flatMap((feature) => (isTreeObject(feature) && typeof feature['feature_name'] === 'string' ? [feature['feature_name']] : []));
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export function toListed(plugin: PluginRecord, deployed: boolean): z.output<typeof listed> {
  const { pluginId, name, version, description, createdAt, updatedAt } = plugin;
  return { plugin_id: pluginId, name, version, description, deployed, validation_status: 'passed', feature_uri: featureUri(name, version), created_at: isoTime(createdAt), updated_at: isoTime(updatedAt) };
}

/** @param namespaceId null for the organization's own view */
export function toDocument(plugin: PluginRecord, deployments: Deployments, namespaceId: string | null): z.output<typeof pluginDocument> {
  const { pluginId, name, version } = plugin;
  const { state, deployed, deployedAt } = namespaceId === null ? { state: 'NOT_DEPLOYED', deployed: false, deployedAt: null } : deployments.summary(namespaceId, pluginId);
  const at = deployedAt === null ? null : isoTime(deployedAt);
  return {
    plugin_id: pluginId, namespace_id: namespaceId, organization_id: 'org_local', name, version, description: plugin.description,
    s3_archive_url: archiveUrl(plugin), code_hash: plugin.codeHash, validation_status: 'passed', validation_errors: [...plugin.warnings], security_scan_passed: true,
    scanner_version: plugin.scanner, language: plugin.language, size_bytes: plugin.bytes, deployed,
    deployment_info: deployed ? { ray_cluster_url: null, ray_deployment_name: `custom_plugin_${pluginId}`, feature_uri: featureUri(name, version), deployed_at: at } : null,
    manifest: { ...plugin.manifest }, created_at: isoTime(plugin.createdAt), updated_at: isoTime(plugin.updatedAt), deployed_at: at,
    resolved_inference_name: state === 'DEPLOYED' ? `custom_plugin_${pluginId}` : null,
  };
}

/** Where the archive lies, for the field that names an S3 object; downloads go through signed URLs. */
export function archiveUrl({ owner, pluginId, codeHash }: PluginRecord): string {
  return `plugsmith://${owner}/plugins/${pluginId}/${codeHash}`;
}

const downloadSeconds = 3600;

/** A URL that gives the archive for an hour. */
function downloadUrl(host: HostContext, { codeHash, owner }: PluginRecord, base: string): string {
  const expires = host.clock.now() + downloadSeconds * 1000;
  return `${baseOf(host, { base })}/v1/downloads/${codeHash}?${host.signer.sign({ method: 'GET', subject: codeHash, owner, expires, limit: 0 })}`;
}
