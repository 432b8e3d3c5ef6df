/** Plugins of the organization, and their use in namespaces. */
import { z } from 'zod';
import { featureUri } from '../../../manifest/index.js';
import { organization } from '../../access/namespaces.js';
import type { HostContext } from '../../context.js';
import type { Deployments } from '../../deployments/index.js';
import { collectGarbage } from '../../plugins/garbage.js';
import type { PluginRecord } from '../../plugins/plugins.js';
import { notFound, wrongState } from '../errors.js';
import { type Call, inNamespace, namespaceHeader, ofPlugin, optional, type Route, route } from '../route.js';
import { isoTime } from '../../clock.js';
import { deploymentStatus, time, validationStatus } from '../schemas.js';
import { listed, pluginDocument, toDocument, toListed } from './plugins.js';
import { ownOrganization } from './uploads.js';

const pluginId = z.object({ plugin_id: z.string().min(1).max(128) });
const enabling = optional(z.object({ params: z.record(z.string(), z.unknown()).nullable().optional(), deploy: z.boolean().default(true), namespace_id: z.string().max(128).optional() }));
const enabled = z.object({ success: z.literal(true), plugin_id: z.string(), namespace_id: z.string(), feature_uri: z.string(), message: z.string(), deployment_status: z.enum([...deploymentStatus.options, 'skipped']).nullable() });
const available = z.object({
  plugin_id: z.string(), name: z.string(), version: z.string(), description: z.string().nullable(), feature_uri: z.string(), validation_status: validationStatus, enabled_in_namespace: z.boolean(), created_at: time,
});

export function organizationRoutes(host: HostContext, deployments: Deployments): Route[] {
  return [
    route({
      id: 'listOrganizationPlugins', method: 'GET', path: '/v1/plugins', access: 'read', tag: 'organization', summary: 'Plugins of the organization',
      response: { 200: z.object({ success: z.literal(true), plugins: z.array(listed), total: z.int(), organization_id: z.string() }) },
      handler: (call) => {
        const plugins = host.plugins.list(ownOrganization(call)).map((plugin) => toListed(plugin, false));
        return { success: true, plugins, total: plugins.length, organization_id: organization };
      },
    }),
    route({
      id: 'getOrganizationPlugin', method: 'GET', path: '/v1/plugins/:plugin_id', access: 'read', tag: 'organization', summary: 'One plugin of the organization', params: pluginId,
      response: { 200: z.object({ success: z.literal(true), plugin: pluginDocument }) },
      handler: (call) => ({ success: true, plugin: toDocument(existing(ownOrganization(call), call.params.plugin_id), deployments, null) }),
    }),
    route({
      id: 'deleteOrganizationPlugin', method: 'DELETE', path: '/v1/plugins/:plugin_id', access: 'upload', tag: 'organization', summary: 'Deletes a version of the organization; disable it everywhere first', params: pluginId,
      response: { 200: z.object({ success: z.literal(true), plugin_id: z.string(), message: z.string() }) },
      handler: (call) => {
        const id = call.params.plugin_id;
        const answer = call.commit(() => {
          existing(ownOrganization(call), id);
          const inUse = host.plugins.enabledIn(id);
          if (inUse.length > 0) throw wrongState(`${id} is enabled in ${inUse.length === 1 ? 'a namespace' : `${inUse.length} namespaces`}; disable it there first.`, { namespaces: inUse });
          host.plugins.delete(organization, id);
          host.audit.write({ actor: call.principal.id, action: 'plugin.delete', subject: `${organization}/${id}`, outcome: 'done' });
          return { success: true, plugin_id: id, message: 'The plugin was deleted.' };
        });
        collectGarbage(host);
        return answer;
      },
    }),
    route({
      id: 'listAvailablePlugins', method: 'GET', path: '/v1/namespaces/:namespace_id/plugins/available', access: 'read', tag: 'organization', summary: 'Plugins of the organization that the namespace may enable', params: inNamespace,
      response: { 200: z.object({ success: z.literal(true), plugins: z.array(available), total: z.int(), organization_id: z.string(), namespace_id: z.string() }) },
      handler: ({ namespace: { namespace_id: id } }) => {
        const plugins = host.plugins.list(organization).map(({ pluginId: plugin, name, version, description, createdAt }) => ({
          plugin_id: plugin, name, version, description, feature_uri: featureUri(name, version), validation_status: 'passed', enabled_in_namespace: host.plugins.isEnabled(id, plugin), created_at: isoTime(createdAt),
        }));
        return { success: true, plugins, total: plugins.length, organization_id: organization, namespace_id: id };
      },
    }),
    route({
      id: 'enablePlugin', method: 'POST', path: '/v1/namespaces/:namespace_id/plugins/org/:plugin_id/enable', access: 'deploy', tag: 'organization', summary: 'Lets a namespace use a plugin of the organization', params: ofPlugin, body: enabling, response: { 200: enabled },
      handler: (call) => enable(call, call.namespace.namespace_id, call.params.plugin_id, call.body ?? { deploy: true }),
    }),
    route({
      id: 'enablePluginOfOrganization', method: 'POST', path: '/v1/organizations/:organization_id/plugins/:plugin_id/enable', access: 'deploy', tag: 'organization', summary: 'As above, by the path of the guide; for the namespace of the body, or the first one',
      params: pluginId.extend({ organization_id: z.string().max(128).meta({ examples: [organization] }) }), headers: namespaceHeader, body: enabling, response: { 200: enabled },
      handler: (call) => {
        const { organization_id: org, plugin_id: id } = call.params;
        if (org !== organization) throw notFound(`Organization not found: ${org}`);
        const wanted = call.body?.namespace_id ?? call.request.headers['x-namespace'];
        const [first] = host.namespaces.list(call.principal);
        const namespace = typeof wanted === 'string' ? host.namespaces.find(wanted, call.principal) : first;
        if (namespace === undefined) throw notFound(`Namespace not found: ${String(wanted ?? '')}`);
        return enable(call, namespace.namespace_id, id, call.body ?? { deploy: true });
      },
    }),
    route({
      id: 'disablePlugin', method: 'POST', path: '/v1/namespaces/:namespace_id/plugins/org/:plugin_id/disable', access: 'deploy', tag: 'organization', summary: 'Ends the use of a plugin of the organization', params: ofPlugin,
      response: { 200: z.object({ success: z.literal(true), plugin_id: z.string(), namespace_id: z.string(), message: z.string() }) },
      handler: async ({ namespace: { namespace_id: id }, params: { plugin_id: plugin }, principal, commit }) => {
        let stop = (): Promise<void> => Promise.resolve();
        const answer = commit(() => {
          if (!host.plugins.disable(id, plugin)) throw notFound(`Plugin not enabled here: ${plugin}`);
          ({ stop } = deployments.remove(id, plugin));
          host.audit.write({ actor: principal.id, action: 'plugin.disable', subject: `${id}/${plugin}`, outcome: 'done' });
          return { success: true, plugin_id: plugin, namespace_id: id, message: 'The namespace no longer uses the plugin.' };
        });
        await stop();
        return answer;
      },
    }),
  ];

  function existing(owner: string, id: string): PluginRecord {
    const plugin = host.plugins.find(owner, id);
    if (plugin === undefined || plugin.deletedAt !== null) throw notFound(`Plugin not found: ${id}`);
    return plugin;
  }

  function enable({ principal, commit }: Pick<Call, 'principal' | 'commit'>, namespaceId: string, id: string, { params, deploy }: { params?: Record<string, unknown> | null | undefined; deploy: boolean }): unknown {
    return commit(() => {
      const plugin = existing(organization, id);
      const own = host.plugins.find(namespaceId, id);
      if (own !== undefined && own.deletedAt === null) throw wrongState(`The namespace has a plugin ${id} of its own.`);
      host.plugins.enable(namespaceId, id, params);
      host.audit.write({ actor: principal.id, action: 'plugin.enable', subject: `${namespaceId}/${id}`, outcome: 'done', details: { deploy } });
      if (deploy) deployments.request(namespaceId, plugin, principal.id);
      const { name, version } = plugin;
      return { success: true, plugin_id: id, namespace_id: namespaceId, feature_uri: featureUri(name, version), message: deploy ? 'The plugin is enabled and being deployed.' : 'The plugin is enabled.', deployment_status: deploy ? 'pending' : 'skipped' };
    });
  }
}
