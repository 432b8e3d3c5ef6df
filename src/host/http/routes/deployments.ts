/** Deploy, status, undeploy, rollback. */
import { z } from 'zod';
import { featureUri, normaliseVersion } from '../../../manifest/index.js';
import { allows } from '../../access/keys.js';
import { isoTime } from '../../clock.js';
import type { HostContext } from '../../context.js';
import { hasRealtime } from '../../deployments/hosting.js';
import type { DeploymentManager } from '../../deployments/manager.js';
import { moving, type DeploymentRecord } from '../../deployments/records.js';
import { killPoint } from '../../kill-points.js';
import type { PluginRecord } from '../../plugins/plugins.js';
import { forbidden, notFound, wrongState } from '../errors.js';
import { type Call, inNamespace, ofPlugin, type Route, route } from '../route.js';
import { time } from '../schemas.js';

const state = z.enum(['NOT_DEPLOYED', 'QUEUED', 'PENDING', 'IN_PROGRESS', 'DEPLOYED', 'FAILED']);

const status = z.object({
  plugin_id: z.string(), namespace_id: z.string(), status: state, name: z.string(), version: z.string(), realtime_enabled: z.boolean(), message: z.string(),
  queued_at: time.nullable(), estimated_completion_seconds: z.int().nullable(), deployed: z.boolean(), route_prefix: z.string().nullable(), feature_uri: z.string(),
  deployed_at: time.nullable(), error: z.string().nullable(), deployment_type: z.enum(['realtime', 'batch_only']).nullable(), active: z.boolean(), generation: z.int(),
});

const deployed = z.object({
  status: z.string(), message: z.string(), deployment_type: z.string(), deployment_name: z.string().optional(), route_prefix: z.string().optional(), estimated_completion_seconds: z.int().optional(),
  queue_position: z.int().optional(), deployment_method: z.string().optional(), status_endpoint: z.string().optional(), realtime_available: z.boolean().optional(), upgrade_url: z.string().nullable().optional(),
  error: z.string().nullable().optional(),
});

const wish = z.object({
  deployment_type: z.enum(['realtime', 'batch_only']).default('realtime').describe('batch_only starts nothing that answers calls'),
  network: z.enum(['none', 'full']).default('none').describe('full needs a key with the scope admin'),
});

/** What a start usually takes, for clients that want a number. */
const ESTIMATE_SECONDS = 10;

export function deploymentRoutes(host: HostContext, manager: DeploymentManager): Route[] {
  const { records } = manager;
  return [
    route({
      id: 'deployPlugin', method: 'POST', path: '/v1/namespaces/:namespace_id/plugins/:plugin_id/deploy', access: 'deploy', tag: 'deployments', summary: 'Starts a version; when it is healthy, its name points to it',
      params: ofPlugin, query: wish, response: { 200: deployed },
      handler: async (call) => {
        const { params, query, namespace: { namespace_id: namespaceId }, principal, commit } = call;
        if (query.network === 'full' && !allows(principal, 'admin')) throw forbidden('A network for plugin code needs a key with the scope admin.', { needs: 'admin' });
        const plugin = found(host, namespaceId, params.plugin_id);
        const batchOnly = query.deployment_type === 'batch_only' || !hasRealtime(plugin);
        const answer = commit(() => {
          const record = manager.accept(namespaceId, plugin, { realtime: !batchOnly, network: query.network });
          host.audit.write({ actor: principal.id, action: 'plugin.deploy', subject: `${namespaceId}/${plugin.pluginId}`, outcome: 'done', details: { deployment_type: batchOnly ? 'batch_only' : 'realtime', network: query.network } });
          return queued(record, records.inState('QUEUED').length);
        });
        killPoint('deploy.queued');
        return batchOnly ? batchAnswer(call, plugin) : answer;
      },
    }),
    route({
      id: 'getPluginStatus', method: 'GET', path: '/v1/namespaces/:namespace_id/plugins/:plugin_id/status', access: 'read', tag: 'deployments', summary: 'How far a deployment is', params: ofPlugin, response: { 200: status },
      handler: ({ params, namespace: { namespace_id: namespaceId } }) => toStatus(namespaceId, found(host, namespaceId, params.plugin_id)),
    }),
    route({
      id: 'undeployPlugin', method: 'POST', path: '/v1/namespaces/:namespace_id/plugins/:plugin_id/undeploy', access: 'deploy', tag: 'deployments', summary: 'Stops a version; its archive is kept', params: ofPlugin,
      response: { 200: z.object({ status: z.literal('not_deployed'), plugin_id: z.string(), message: z.string() }) },
      handler: async ({ params, namespace: { namespace_id: namespaceId }, principal, commit }) => {
        const { pluginId } = found(host, namespaceId, params.plugin_id);
        let stop = (): Promise<void> => Promise.resolve();
        const answer = commit(() => {
          const removal = manager.remove({ namespaceId, pluginId }, { force: true });
          if (!removal.removed) throw wrongState(`${pluginId} is not deployed (NOT_DEPLOYED).`, { state: 'NOT_DEPLOYED' });
          ({ stop } = removal);
          host.audit.write({ actor: principal.id, action: 'plugin.undeploy', subject: `${namespaceId}/${pluginId}`, outcome: 'done' });
          return { status: 'not_deployed' as const, plugin_id: pluginId, message: 'Calls in hand are finished; the archive is kept.' };
        });
        void stop();
        return answer;
      },
    }),
    route({
      id: 'rollbackPlugin', method: 'POST', path: '/v1/namespaces/:namespace_id/plugins/by-name/:slug/rollback', access: 'deploy', tag: 'deployments', summary: 'Points a name to an earlier version, after that was found healthy',
      params: inNamespace.extend({ slug: z.string().min(1).max(64) }), body: z.object({ version: z.string().min(1).max(40) }),
      response: { 200: z.object({ slug: z.string(), previous_version: z.string().nullable(), active_version: z.string(), message: z.string() }) },
      handler: async ({ params: { slug }, body, namespace: { namespace_id: namespaceId }, principal }) => {
        const target = rollbackTarget(namespaceId, slug, body.version);
        const previous = await manager.rollBack(namespaceId, target);
        host.audit.write({ actor: principal.id, action: 'plugin.rollback', subject: `${namespaceId}/${target.pluginId}`, outcome: 'done', details: { from: previous } });
        const before = previous === null ? null : (records.find({ namespaceId, pluginId: previous })?.version ?? null);
        return { slug, previous_version: before, active_version: target.version, message: before === target.version ? `${slug} was at ${target.version} already.` : `${slug} is at ${target.version} now.` };
      },
    }),
  ];

  function rollbackTarget(namespaceId: string, name: string, given: string): PluginRecord {
    const version = normaliseVersion(given);
    const versions = host.plugins.versions(namespaceId, name);
    const enabled = host.plugins.listEnabled(namespaceId).filter((plugin) => plugin.name === name);
    const target = [...enabled, ...versions].find((plugin) => plugin.version === version);
    if (target === undefined) throw notFound(`There is no version ${version} of ${name}.`);
    if (target.deletedAt !== null) throw wrongState(`${name} ${version} was deleted.`, { state: 'DELETED', next: 'Upload the same archive again, then roll back.' });
    if (!hasRealtime(target)) throw wrongState(`${name} ${version} has no realtime part, so its name cannot point to it.`, { state: records.find({ namespaceId, pluginId: target.pluginId })?.state ?? 'NOT_DEPLOYED' });
    return target;
  }

  /** What has no workers is checked once, and mostly answered with the result. */
  async function batchAnswer({ namespace: { namespace_id: namespaceId }, query }: Pick<Call<unknown, z.output<typeof wish>>, 'namespace' | 'query'>, plugin: PluginRecord): Promise<unknown> {
    const key = { namespaceId, pluginId: plugin.pluginId };
    await Promise.race([manager.settled(key), new Promise((late) => setTimeout(late, manager.settings.answerWithin).unref())]);
    const record = records.find(key) as DeploymentRecord;
    if (moving.includes(record.state)) return { ...queued(record, 1), deployment_type: 'batch_only' };
    if (record.state === 'FAILED') return { status: 'failed', deployment_type: 'batch_only', message: 'The pipeline does not start.', error: record.error };
    if (query.deployment_type === 'batch_only') return { status: 'deployed', deployment_type: 'batch_only', message: 'Batches may use it.' };
    return { status: 'batch_only', deployment_type: 'batch_only', message: 'Batches may use it. It has no realtime.ts or realtime.py, so it answers no calls.', realtime_available: false, upgrade_url: null };
  }

  function toStatus(namespaceId: string, { pluginId, name, version }: PluginRecord): z.output<typeof status> {
    const record = records.find({ namespaceId, pluginId });
    const at = record?.state ?? 'NOT_DEPLOYED';
    const answers = record !== undefined && record.realtime && record.ready;
    return {
      plugin_id: pluginId, namespace_id: namespaceId, status: at, name, version, realtime_enabled: answers, message: messageOf(record),
      queued_at: record === undefined ? null : isoTime(record.queuedAt), estimated_completion_seconds: moving.includes(at) ? ESTIMATE_SECONDS : null, deployed: record?.ready ?? false,
      route_prefix: answers ? routePrefix(pluginId) : null, feature_uri: featureUri(name, version), deployed_at: record?.deployedAt == null ? null : isoTime(record.deployedAt), error: record?.error ?? null,
      deployment_type: record === undefined || at === 'NOT_DEPLOYED' && !record.ready ? null : record.realtime ? 'realtime' : 'batch_only', active: records.active(namespaceId, name)?.pluginId === pluginId, generation: record?.generation ?? 0,
    };
  }
}

/** @throws HttpError 404 */
export function found(host: HostContext, namespaceId: string, pluginId: string): PluginRecord {
  const plugin = host.plugins.usable(namespaceId, pluginId);
  if (plugin === undefined) throw notFound(`Plugin not found: ${pluginId}`);
  return plugin;
}

export function inferenceName(pluginId: string): string {
  return `custom_plugin_${pluginId}`;
}

function routePrefix(pluginId: string): string {
  return `/inference/${inferenceName(pluginId)}`;
}

function queued({ namespaceId, pluginId }: DeploymentRecord, position: number): z.output<typeof deployed> {
  return {
    status: 'queued', message: 'The deployment is accepted.', deployment_type: 'realtime', deployment_name: inferenceName(pluginId), route_prefix: routePrefix(pluginId), estimated_completion_seconds: ESTIMATE_SECONDS,
    queue_position: position, deployment_method: 'local_workers', status_endpoint: `/namespaces/${namespaceId}/plugins/${pluginId}/status`,
  };
}

const messages: Record<z.output<typeof state>, string> = {
  NOT_DEPLOYED: 'It is not deployed.', QUEUED: 'It waits for its turn.', PENDING: 'Its files are checked, its environment is made.', IN_PROGRESS: 'A worker starts; its health is checked.',
  DEPLOYED: 'It answers calls.', FAILED: 'It could not be deployed.',
};

function messageOf(record: DeploymentRecord | undefined): string {
  if (record === undefined) return messages.NOT_DEPLOYED;
  if (record.state === 'NOT_DEPLOYED' && record.ready) return 'Batches may use it; it answers no calls.';
  if (record.state === 'FAILED' && record.ready) return 'The last deploy failed; the workers before it still answer.';
  return messages[record.state];
}
