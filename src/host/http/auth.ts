/** Who may do what: the key, its scope, its namespaces, and how often. Runs before a body is read. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allows, type Keys, type Principal } from '../access/keys.js';
import type { Namespace } from '../access/namespaces.js';
import { RateLimit } from '../access/rate-limit.js';
import type { HostContext } from '../context.js';
import { forbidden, notFound, tooMany, unauthorized } from './errors.js';
import type { Route } from './route.js';

export interface Gate {
  /** @throws HttpError 401, 403, 404 (namespace), 429 */
  enter(route: Route, request: FastifyRequest, reply: FastifyReply): void;
  principalOf(request: FastifyRequest): Principal;
  namespaceOf(request: FastifyRequest): Namespace;
}

/** Where the host runs without keys, everyone is this. */
const everyone: Principal = { id: 'local', scopes: ['admin'], namespaces: null };
const nobody: Principal = { id: 'unknown', scopes: [], namespaces: [] };

export function openGate(host: HostContext, keys: Keys): Gate {
  const principals = new WeakMap<FastifyRequest, Principal>();
  const spaces = new WeakMap<FastifyRequest, Namespace>();
  const requests = new RateLimit(host.clock, host.limits.requestsPerMinute);
  const failures = new RateLimit(host.clock, host.limits.failuresPerMinute);

  function identify(request: FastifyRequest): Principal {
    if (host.options.noAuth) return everyone;
    const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const principal = token === undefined ? undefined : keys.find(token);
    // A good key gets in whatever others have tried: behind a proxy all callers have one address.
    if (principal !== undefined) return principal;
    const wait = failures.wait(request.ip);
    if (wait > 0) throw tooMany('Too many wrong keys from this address.', wait);
    if (token === undefined) throw unauthorized('A key is needed: send the header "Authorization: Bearer KEY".');
    failures.take(request.ip);
    throw unauthorized('The key is not known here, was revoked, or has expired.');
  }

  /** Calls of plugins are bounded by the queue of their deployment; without keys there is nobody to tell apart. */
  function meter(route: Route, { id }: Principal, reply: FastifyReply): void {
    if (route.tag === 'realtime' || host.options.noAuth) return;
    const { wait, left } = requests.take(id);
    reply.headers({ 'X-RateLimit-Limit': String(host.limits.requestsPerMinute), 'X-RateLimit-Remaining': String(left), 'X-RateLimit-Reset': String(Math.ceil(wait)) });
    if (wait > 0) throw tooMany('Too many requests with this key.', wait);
  }

  return {
    enter(route, request, reply) {
      if (route.access === 'open' || route.access === 'signed') return;
      const principal = identify(request);
      principals.set(request, principal);
      meter(route, principal, reply);
      if (!allows(principal, route.access)) {
        host.audit.write({ actor: principal.id, action: route.id, subject: request.url.split('?')[0] ?? '', outcome: 'refused', details: { needs: route.access } });
        throw forbidden(`The key lacks the scope ${route.access}.`, { needs: route.access, has: principal.scopes });
      }
      const { namespace_id: id } = request.params as { namespace_id?: string };
      if (id === undefined) return;
      const namespace = host.namespaces.find(id, principal);
      if (namespace === undefined) throw notFound(`Namespace not found: ${id}`);
      spaces.set(request, namespace);
    },
    principalOf: (request) => principals.get(request) ?? nobody,
    namespaceOf(request) {
      const found = spaces.get(request);
      if (found === undefined) throw new Error(`${request.routeOptions.url} has no namespace in its path`);
      return found;
    },
  };
}
