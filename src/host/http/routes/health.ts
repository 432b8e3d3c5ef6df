/** Whether the host serves. */
import { z } from 'zod';
import { Answer, type Route, route } from '../route.js';

const health = z.object({
  status: z.enum(['ok', 'starting', 'stopping']),
  version: z.string(),
  auth: z.boolean().describe('Whether keys are needed'),
  warnings: z.array(z.string()),
});

export interface HealthSource {
  closed: () => 'starting' | 'stopping' | null;
  version: string;
  auth: boolean;
  /** What an operator should know, such as a missing sandbox. */
  warnings: () => readonly string[];
}

export function healthRoutes(source: HealthSource): Route[] {
  return [
    route({
      id: 'health', method: 'GET', path: '/v1/health', access: 'open', tag: 'host', summary: 'Whether the host serves', always: true,
      response: { 200: health, 503: health },
      handler: () => {
        const closed = source.closed();
        const body = { status: closed ?? 'ok', version: source.version, auth: source.auth, warnings: [...source.warnings()] };
        return closed === null ? body : new Answer(503, body, { 'Retry-After': '2' });
      },
    }),
  ];
}
