/** Numbers for Prometheus, and the description of all routes. */
import { z } from 'zod';
import type { HostContext } from '../../context.js';
import type { Deployments } from '../../deployments/index.js';
import { forbidden } from '../errors.js';
import { type Route, route } from '../route.js';

export function metricRoutes(host: HostContext, deployments: Deployments): Route[] {
  const count = (sql: string): number => host.store.get<{ n: number }>(sql)?.n ?? 0;
  return [
    route({
      id: 'metrics', method: 'GET', path: '/metrics', access: 'read', tag: 'host', summary: 'Numbers in Prometheus\' text form', produces: 'text/plain', response: { 200: z.string() },
      handler: ({ reply, principal }) => {
        if (principal.namespaces !== null) throw forbidden('The key is bound to namespaces, and the numbers are of all of them.');
        reply.type('text/plain; version=0.0.4; charset=utf-8');
        const lines = [
          ...gauge('plugsmith_plugins', 'Plugin versions that are not deleted', count('SELECT COUNT(*) AS n FROM plugins WHERE deleted_at IS NULL')),
          ...gauge('plugsmith_uploads_undecided', 'Uploads that wait for their archive or their check', count('SELECT COUNT(*) AS n FROM uploads WHERE answer IS NULL')),
          ...gauge('plugsmith_namespaces', 'Namespaces', count('SELECT COUNT(*) AS n FROM namespaces')),
          ...gauge('plugsmith_audit_entries', 'Entries of the audit log', count('SELECT COUNT(*) AS n FROM audit')),
          ...gauge('plugsmith_memory_bytes', 'Memory of the host without its workers', process.memoryUsage.rss()),
          ...gauge('plugsmith_uptime_seconds', 'Seconds since the start', Math.floor(process.uptime())),
          ...deployments.metrics(),
        ];
        return `${lines.join('\n')}\n`;
      },
    }),
    route({
      id: 'openapi', method: 'GET', path: '/openapi.json', access: 'open', tag: 'host', summary: 'This document', always: true, response: { 200: z.record(z.string(), z.unknown()) },
      handler: ({ request }) => request.server.swagger(),
    }),
  ];
}

function gauge(name: string, help: string, value: number): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`];
}
