/** One route as data. The table of all routes feeds validation, scopes, the OpenAPI document and the tests. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Principal, Scope } from '../access/keys.js';
import type { Namespace } from '../access/namespaces.js';
import type { HostContext } from '../context.js';

/** `open` needs nothing, `signed` a signed URL, everything else a key with that scope. */
export type Access = Scope | 'open' | 'signed';

type Schema = z.ZodType;
type Of<S> = S extends z.ZodType ? z.output<S> : undefined;

/** One request, validated. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  params: P;
  query: Q;
  /** Undefined for routes that read a stream. */
  body: B;
  principal: Principal;
  /** Of the path's `namespace_id`, which may be an id or a name. @throws Error on routes without one */
  namespace: Namespace;
  /** For URLs in answers: `http://127.0.0.1:8700`. */
  base: string;
  request: FastifyRequest;
  reply: FastifyReply;
  /** Ends when the client has gone or the host stops. */
  signal: AbortSignal;
  /**
   * Runs `work` in one transaction, together with remembering its answer under the request's Idempotency-Key. So a
   * request that is repeated after a crash has either both behind it or neither. What `work` returns is the answer.
   */
  commit<T>(work: () => T): T;
  /** For routes that read a stream: the answer that is stored for the Idempotency-Key, or undefined. @throws HttpError 422, 409 */
  begin(fingerprint: string): Answer | undefined;
}

/** An answer with another status than 200, or with headers. */
export class Answer {
  constructor(
    readonly status: number,
    readonly body: unknown,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

export interface Route {
  /** The operation's name in the OpenAPI document: `createPluginUpload`. */
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:name` for parameters. */
  path: string;
  access: Access;
  summary: string;
  tag: string;
  params?: Schema | undefined;
  query?: Schema | undefined;
  /** Those that the handler reads; others are left as they are, so it is a loose object. */
  headers?: Schema | undefined;
  /** Of the JSON body. For routes that read a stream: of its description only. */
  body?: Schema | undefined;
  /**
   * Quick looks at headers and body. Where one is true, the schema would take what it saw as it is, and is not asked:
   * in a short request that would take longer than all the rest.
   */
  usual?: { headers?: (given: unknown) => boolean; body?: (given: unknown) => boolean } | undefined;
  /** Where the handler reads the request's stream itself: the media type, for the description. Any type is taken. */
  stream?: string | undefined;
  /** Status to schema. Errors need not be named. */
  response: Readonly<Record<number, Schema>>;
  /** Media type of the answer where it is not JSON; such handlers answer with text, bytes or a stream. */
  produces?: string | undefined;
  /** Whether request or answer hold a secret: then neither is kept for an Idempotency-Key. */
  secret?: boolean | undefined;
  /** Whether it works while the host recovers or stops; `/v1/health` and reading only. */
  always?: boolean | undefined;
  handler(call: Call): unknown;
}

/** A route whose handler knows the types of its schemas. */
export function route<P extends Schema | undefined = undefined, Q extends Schema | undefined = undefined, B extends Schema | undefined = undefined>(
  spec: Omit<Route, 'handler' | 'params' | 'query' | 'body'> & { params?: P; query?: Q; body?: B; handler(call: Call<Of<P>, Of<Q>, Of<B>>): unknown },
): Route {
  return spec as unknown as Route;
}

/** The path parameter of everything that lies in a namespace. */
export const inNamespace = z.object({ namespace_id: z.string().min(1).max(128).describe('Id or name of the namespace').meta({ examples: ['default'] }) });

/** As `inNamespace`, with a plugin. */
export const ofPlugin = inNamespace.extend({ plugin_id: z.string().min(1).max(128).describe('As my_plugin_1_0_0') });

/** Where the namespace is not in the path. */
export const namespaceHeader = z.looseObject({ 'x-namespace': z.string().max(128).optional().describe('Id or name of the namespace') });

/** A body that may be left out. */
export function optional<T extends z.ZodType>(schema: T): z.ZodOptional<z.ZodNullable<T>> {
  return schema.nullable().optional();
}

/**
 * The beginning of URLs in answers. What a request's X-Forwarded headers say does not count: anybody may send them.
 */
export function baseOf({ options: { publicUrl } }: Pick<HostContext, 'options'>, { base }: Pick<Call, 'base'>): string {
  return publicUrl === undefined ? base : publicUrl.replace(/\/+$/, '');
}

/** The query of a signed URL; what it must hold is the signature's business. */
export const signedQuery = z.object({
  owner: z.string().optional(), expires: z.string().optional(), limit: z.string().optional(), length: z.string().optional(), sha256: z.string().optional(), key: z.string().optional(), signature: z.string().optional(),
});
