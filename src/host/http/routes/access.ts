/** Namespaces, keys, secrets and the audit log. */
import { z } from 'zod';
import { type KeyRecord, type Keys, type Principal, type Scope, scopes } from '../../access/keys.js';
import type { Namespace } from '../../access/namespaces.js';
import { isoTime } from '../../clock.js';
import type { HostContext } from '../../context.js';
import { conflict, forbidden, notFound, wrongState } from '../errors.js';
import { optional, type Route, route } from '../route.js';
import { time } from '../schemas.js';
import { ownOrganization } from './uploads.js';

const namespace = z.object({ namespace_id: z.string(), namespace_name: z.string(), description: z.string().nullable(), created_at: time });
const key = z.object({
  key_id: z.string(), name: z.string(), scopes: z.array(z.enum(scopes)), namespaces: z.array(z.string()).nullable().describe('Ids; null for all'),
  created_at: time, expires_at: time, last_used_at: time.nullable(), revoked_at: time.nullable(),
});
const identity = z.object({ key_id: z.string(), scopes: z.array(z.enum(scopes)), namespaces: z.array(namespace), organization_id: z.string() });
/** A secret that is there. */
const secretName = z.string().min(1).max(100).regex(/^[^\x00-\x1f\x7f-\x9f/]+$/, 'must not contain control characters or slashes').refine((name) => !/\p{Surrogate}/u.test(name), 'must be made of whole characters');
/** A new one: plugins are run with `--secret NAME=VALUE` too, which takes no other names. */
const newSecretName = secretName.regex(/^[^\s=]+$/, 'must not contain spaces or =');
const secretValue = z.string().min(1).max(65_536);
const paging = z.object({ limit: z.int().min(1).max(1000), offset: z.int().min(0) });
/** The same in a query. */
const pageQuery = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100), offset: z.coerce.number().int().min(0).max(1e9).default(0) });
const day = 24 * 3600_000;

export function accessRoutes(host: HostContext, keys: Keys): Route[] {
  return [...namespaceRoutes(host), ...keyRoutes(host, keys), ...secretRoutes(host), auditRoute(host)];
}

function namespaceRoutes(host: HostContext): Route[] {
  const all = z.object({ results: z.array(namespace), total: z.int(), total_count: z.int(), pagination: z.object({ limit: z.int(), offset: z.int(), total: z.int() }) });
  const list = (principal: Principal, { limit, offset }: z.output<typeof paging>, search = '') => {
    const wanted = search.toLowerCase();
    const found = host.namespaces.list(principal).filter((each) => [each.namespace_id, each.namespace_name, each.description].some((text) => text?.toLowerCase().includes(wanted)));
    return { results: found.slice(offset, offset + limit).map(toWire), total: found.length, total_count: found.length, pagination: { limit, offset, total: found.length } };
  };
  return [
    route({
      id: 'createNamespace', method: 'POST', path: '/v1/namespaces', access: 'admin', tag: 'access', summary: 'Makes a namespace',
      body: z.object({ namespace_name: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]{2,62}$/, 'must be 3 to 63 letters, digits, dashes or underscores'), description: z.string().max(500).nullable().optional() }),
      response: { 200: namespace },
      handler: ({ body, principal, commit }) => commit(() => {
        if (principal.namespaces !== null) throw forbidden('The key is bound to namespaces, and cannot make another one.');
        const made = host.namespaces.create(body.namespace_name, body.description ?? null);
        host.audit.write({ actor: principal.id, action: 'namespace.create', subject: made.namespace_id, outcome: 'done' });
        return toWire(made);
      }),
    }),
    route({
      id: 'listNamespaces', method: 'GET', path: '/v1/namespaces', access: 'read', tag: 'access', summary: 'Namespaces that the key may use',
      query: pageQuery, response: { 200: all },
      handler: ({ principal, query }) => list(principal, query),
    }),
    route({
      id: 'searchNamespaces', method: 'POST', path: '/v1/namespaces/list', access: 'read', tag: 'access', summary: 'Namespaces that the key may use',
      query: pageQuery, body: optional(paging.partial().extend({ search: z.string().max(200).nullish().describe('Part of id, name or description') })), response: { 200: all },
      handler: ({ principal, query, body }) => list(principal, { limit: body?.limit ?? query.limit, offset: body?.offset ?? query.offset }, body?.search ?? ''),
    }),
    route({
      id: 'getNamespace', method: 'GET', path: '/v1/namespaces/:namespace_id', access: 'read', tag: 'access', summary: 'One namespace',
      params: z.object({ namespace_id: z.string().min(1).max(128) }), response: { 200: namespace },
      handler: (call) => toWire(call.namespace),
    }),
  ];
}

function keyRoutes(host: HostContext, keys: Keys): Route[] {
  const maxDays = Math.floor(host.limits.keyLife / day);
  return [
    route({
      id: 'whoAmI', method: 'GET', path: '/v1/keys/current', access: 'read', tag: 'access', summary: 'What the key may do', response: { 200: identity },
      handler: ({ principal: { id, ...principal } }) => ({ key_id: id, scopes: [...principal.scopes], namespaces: host.namespaces.list({ id, ...principal }).map(toWire), organization_id: 'org_local' }),
    }),
    route({
      id: 'createKey', method: 'POST', path: '/v1/keys', access: 'admin', tag: 'access', summary: 'Makes a key; it is shown this once',
      body: z.object({
        name: z.string().min(1).max(100), scopes: z.array(z.enum(scopes)).min(1), namespaces: z.array(z.string().max(128)).min(1).nullable().default(null).describe('Ids or names; null for all'),
        expires_in_days: z.int().min(1).max(maxDays).default(maxDays),
      }),
      response: { 200: key.extend({ key: z.string() }) },
      // The answer holds the key, so it is not kept for an Idempotency-Key: a repeated request makes another one.
      handler: ({ body, principal }) => host.store.transaction(() => {
        const made = keys.create({ name: body.name, scopes: granted(principal, body.scopes), namespaces: within(host, principal, body.namespaces), life: body.expires_in_days * day });
        host.audit.write({ actor: principal.id, action: 'key.create', subject: made.record.id, outcome: 'done', details: { scopes: body.scopes, namespaces: made.record.namespaces } });
        return { ...toKey(made.record), key: made.token };
      }),
      secret: true,
    }),
    route({
      id: 'listKeys', method: 'GET', path: '/v1/keys', access: 'admin', tag: 'access', summary: 'All keys, without what they are', response: { 200: z.object({ keys: z.array(key), count: z.int() }) },
      handler: ({ principal }) => {
        const own = keys.list().filter((record) => isWithin(principal, record));
        return { keys: own.map(toKey), count: own.length };
      },
    }),
    route({
      id: 'revokeKey', method: 'DELETE', path: '/v1/keys/:key_id', access: 'admin', tag: 'access', summary: 'Makes a key worthless', params: z.object({ key_id: z.string().max(64) }),
      response: { 200: z.object({ success: z.literal(true), key_id: z.string() }) },
      handler: ({ params: { key_id: id }, principal, commit }) => commit(() => {
        if (id === principal.id) throw wrongState('A key cannot revoke itself: nobody might be left who can make another one.');
        const known = keys.list().find((record) => record.id === id);
        if (known === undefined || !isWithin(principal, known) || !keys.revoke(id)) throw notFound(`Key not found: ${id}`);
        host.audit.write({ actor: principal.id, action: 'key.revoke', subject: id, outcome: 'done' });
        return { success: true, key_id: id };
      }),
    }),
  ];
}

function secretRoutes(host: HostContext): Route[] {
  const named = z.object({ secret_name: secretName });
  const answer = named.extend({ created: z.boolean(), updated: z.literal(true).optional() });
  // All plugins of all namespaces may ask for them.
  const one = (principal: Principal, name: string): void => {
    ownOrganization({ principal });
    if (!host.secrets.has(name)) throw notFound(`Secret not found: ${name}`);
  };
  const note = (principal: Principal, action: string, subject: string): void => host.audit.write({ actor: principal.id, action, subject, outcome: 'done' });
  return [
    route({
      id: 'createSecret', method: 'POST', path: '/v1/organizations/secrets', access: 'admin', tag: 'access', summary: 'Sets a new secret', body: z.object({ secret_name: newSecretName, secret_value: secretValue }), response: { 200: answer }, secret: true,
      handler: ({ body, principal, commit }) => commit(() => {
        ownOrganization({ principal });
        if (host.secrets.has(body.secret_name)) throw conflict(`A secret named ${body.secret_name} exists already.`);
        host.secrets.set(body.secret_name, body.secret_value);
        note(principal, 'secret.create', body.secret_name);
        return { secret_name: body.secret_name, created: true };
      }),
    }),
    route({
      id: 'listSecrets', method: 'GET', path: '/v1/organizations/secrets', access: 'admin', tag: 'access', summary: 'Names of all secrets', response: { 200: z.object({ secrets: z.array(z.string()), count: z.int() }) },
      handler: ({ principal }) => {
        ownOrganization({ principal });
        const secrets = host.secrets.names();
        return { secrets, count: secrets.length };
      },
    }),
    route({
      id: 'updateSecret', method: 'PUT', path: '/v1/organizations/secrets/:secret_name', access: 'admin', tag: 'access', summary: 'Gives a secret another value', params: named,
      body: z.object({ secret_name: z.string().optional(), secret_value: secretValue }), response: { 200: answer },
      handler: ({ params, body, principal, commit }) => commit(() => {
        one(principal, params.secret_name);
        host.secrets.set(params.secret_name, body.secret_value);
        note(principal, 'secret.update', params.secret_name);
        return { secret_name: params.secret_name, created: false, updated: true };
      }),
    }),
    route({
      id: 'deleteSecret', method: 'DELETE', path: '/v1/organizations/secrets/:secret_name', access: 'admin', tag: 'access', summary: 'Deletes a secret', params: named,
      response: { 200: z.object({ success: z.literal(true), secret_name: z.string(), deleted: z.literal(true) }) },
      handler: ({ params, principal, commit }) => commit(() => {
        one(principal, params.secret_name);
        host.secrets.delete(params.secret_name);
        note(principal, 'secret.delete', params.secret_name);
        return { success: true, secret_name: params.secret_name, deleted: true };
      }),
    }),
  ];
}

function auditRoute(host: HostContext): Route {
  const entry = z.object({ seq: z.int(), time, actor: z.string(), action: z.string(), subject: z.string(), outcome: z.string(), details: z.record(z.string(), z.unknown()), hash: z.string() });
  return route({
    id: 'listAudit', method: 'GET', path: '/v1/audit', access: 'admin', tag: 'access', summary: 'What was done, by whom',
    query: z.object({ after: z.coerce.number().int().min(0).max(2 ** 52).default(0), limit: z.coerce.number().int().min(1).max(1000).default(100) }), response: { 200: z.object({ entries: z.array(entry) }) },
    handler: ({ query, principal }) => {
      if (principal.namespaces !== null) throw forbidden('The key is bound to namespaces, and the log tells of all of them.');
      return { entries: host.audit.list(query.after, query.limit).map((row) => ({ ...row, time: isoTime(row.time), details: JSON.parse(row.details) as Record<string, unknown> })) };
    },
  });
}

function toWire({ created_at: at, ...rest }: Namespace): z.output<typeof namespace> {
  return { ...rest, created_at: isoTime(at) };
}

function toKey(record: KeyRecord): z.output<typeof key> {
  const at = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));
  return {
    key_id: record.id, name: record.name, scopes: [...record.scopes], namespaces: record.namespaces === null ? null : [...record.namespaces],
    created_at: isoTime(record.createdAt), expires_at: isoTime(record.expiresAt), last_used_at: at(record.lastUsedAt), revoked_at: at(record.revokedAt),
  };
}

/** Whether a key reaches no further than the principal. */
function isWithin(principal: Principal, { namespaces }: Pick<Principal, 'namespaces'>): boolean {
  return principal.namespaces === null || (namespaces !== null && namespaces.every((id) => principal.namespaces?.includes(id)));
}

/** Nobody hands on more than they have. */
function granted(principal: Principal, wanted: readonly Scope[]): readonly Scope[] {
  if (principal.scopes.includes('admin')) return [...new Set(wanted)];
  throw forbidden('Only a key with the scope admin makes keys.');
}

function within(host: HostContext, principal: Principal, wanted: readonly string[] | null): string[] | null {
  if (wanted === null) {
    if (principal.namespaces === null) return null;
    return [...principal.namespaces];
  }
  return wanted.map((name) => {
    const found = host.namespaces.find(name, principal);
    if (found === undefined) throw notFound(`Namespace not found: ${name}`);
    return found.namespace_id;
  });
}
