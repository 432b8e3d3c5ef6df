/** The log of a deployment: what is there, and what comes. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { HostContext } from '../../context.js';
import type { LogEntry } from '../../deployments/logs.js';
import type { DeploymentManager } from '../../deployments/manager.js';
import { ofPlugin, type Route, route } from '../route.js';
import { flag } from '../schemas.js';
import { found } from './deployments.js';

const query = z.object({
  after: z.coerce.number().int().min(0).default(0).describe('Only entries with a higher seq'),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000).describe('Entries at most; with follow, the last ones that are shown first'),
  follow: flag.describe('Goes on with new entries until the client leaves'),
});

export function logRoutes(host: HostContext, manager: DeploymentManager): Route[] {
  return [
    route({
      id: 'getPluginLogs', method: 'GET', path: '/v1/namespaces/:namespace_id/plugins/:plugin_id/logs', access: 'read', tag: 'deployments', summary: 'What a deployed plugin and its workers said, one JSON document a line',
      params: ofPlugin, query, produces: 'application/x-ndjson', response: { 200: z.string() },
      handler: ({ params, query: { after, limit, follow }, namespace: { namespace_id: namespaceId }, reply, signal }) => {
        const log = manager.log({ namespaceId, pluginId: found(host, namespaceId, params.plugin_id).pluginId });
        reply.header('Content-Type', 'application/x-ndjson');
        if (!follow) return log.read(after, limit).map(toLine).join('');
        // Nothing may be said for hours: the client learns at once that it is connected.
        setImmediate(() => reply.raw.flushHeaders());
        return Readable.from(lines(log.follow(after === 0 ? log.before(limit) : after, AbortSignal.any([signal, manager.ending]))));
      },
    }),
  ];
}

async function* lines(entries: AsyncGenerator<LogEntry>): AsyncGenerator<string> {
  for await (const entry of entries) yield toLine(entry);
}

function toLine(entry: LogEntry): string {
  return `${JSON.stringify(entry)}\n`;
}
