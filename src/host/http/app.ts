/** The HTTP server: one route table in, a Fastify instance out. */
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { messageOf, systemCode } from '../../errors/index.js';
import type { Keys } from '../access/keys.js';
import type { HostContext } from '../context.js';
import { StoreBroken } from '../store/index.js';
import { openGate } from './auth.js';
import { RequestCall, toAnswer } from './call.js';
import { badRequest, type HttpError, HttpError as Refusal, invalid, toBody, toHttpError, tooLarge, unavailable } from './errors.js';
import { fingerprintOf, Idempotency } from './idempotency.js';
import { JsonText } from './json-text.js';
import { describe, registerOpenApi } from './openapi.js';
import { Answer, type Route } from './route.js';

/** What a host tells its server while it runs. */
export interface ServerState {
  /** Why requests are turned away at present, or null. */
  closed: () => 'starting' | 'stopping' | null;
  /** Called when the state on disk can no longer be trusted. */
  onBroken: (error: Error) => void;
  /** Ends when the host stops for good. */
  signal: AbortSignal;
}

type Check = ReturnType<FastifySchemaCompiler<unknown>>;

/** Builds the server; it does not listen yet. */
export async function buildApp(host: HostContext, keys: Keys, routes: readonly Route[], state: ServerState): Promise<FastifyInstance> {
  // CommonJS: bundled, a dynamic import has its default export only.
  const { default: fastify } = await import('fastify');
  const { serializerCompiler, validatorCompiler } = await import('fastify-type-provider-zod');
  const { tls } = host.options;
  // Addresses that cannot be read meet no route, and so no error handler.
  const frameworkErrors = (error: Error, _request: unknown, reply: FastifyReply): void => void send(reply, unreadable(error));
  const options = { frameworkErrors, bodyLimit: host.limits.bodyBytes, exposeHeadRoutes: false, forceCloseConnections: 'idle' as const, requestTimeout: 0, routerOptions: { maxParamLength: 200 } };
  const app = (tls ? fastify({ ...options, https: tls }) : fastify(options)) as FastifyInstance;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await registerOpenApi(app, host.version);
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ detail: 'Not Found' }));
  app.setErrorHandler((error, request, reply) => fail(error, request, reply));
  // Hooks call back: in a short request a promise would cost more than the hook.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    reply.headers({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store', 'Content-Security-Policy': "default-src 'none'" });
    // A connection that is kept open would keep a stopping host.
    if (state.closed() === 'stopping') reply.header('Connection', 'close');
    done();
  });
  const gate = openGate(host, keys);
  const shared = { store: host.store, gate, stopping: state.signal };
  const idempotency = new Idempotency(host.store, host.clock, host.limits.idempotencyLife);
  const streams = routes.filter((route) => route.stream !== undefined);
  await app.register(async (scope) => {
    parseEverything(scope);
    for (const route of routes) if (route.stream === undefined) add(scope, route);
  });
  await app.register(async (scope) => {
    // The handler reads the stream itself, whatever its type.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
    for (const route of streams) add(scope, route);
  });
  return app;

  function add(scope: FastifyInstance, route: Route): void {
    scope.route({
      method: route.method,
      url: route.path,
      schema: describe(route),
      validatorCompiler: (given) => checkOf(route, given.httpPart, validatorCompiler(given as never)),
      ...(route.stream === undefined ? {} : { bodyLimit: host.limits.archiveBytes * 2 }),
      onRequest: (request, reply, done) => {
        const closed = state.closed();
        if (closed !== null && !route.always) throw unavailable(`The host is ${closed}.`, 2, { state: closed });
        gate.enter(route, request, reply);
        done();
      },
      handler: (request, reply) => answer(route, request, reply),
    });
  }

  async function answer(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const key = route.method === 'POST' && !route.secret ? request.headers['idempotency-key'] : undefined;
    if (key !== undefined && (typeof key !== 'string' || key.length === 0 || key.length > 255)) throw badRequest('An Idempotency-Key has 1 to 255 characters.');
    const once = key === undefined ? undefined : idempotency.once(gate.principalOf(request).id, route.id, key);
    try {
      const stored = route.stream === undefined ? once?.begin(fingerprintOf(request.url, request.body ?? null)) : undefined;
      const result = stored ?? toAnswer(await route.handler(new RequestCall(shared, request, reply, once)));
      if (stored === undefined) once?.keep(result);
      return send(reply, result);
    } catch (error) {
      const refusal = toHttpError(error);
      if (refusal !== undefined && isFinal(refusal)) once?.keep(new Answer(refusal.status, toBody(refusal)));
      throw error;
    } finally {
      once?.end();
    }
  }

  function fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const refusal = toHttpError(error) ?? fromFastify(error);
    if (refusal !== undefined) return send(reply, new Answer(refusal.status, toBody(refusal), refusal.headers));
    // After a write that the disk refused, nobody knows what is on it.
    if (error instanceof StoreBroken || systemCode(error) === 'EIO') state.onBroken(error as Error);
    host.tell({ level: 'error', code: 'request-failed', message: `${request.method} ${request.routeOptions.url ?? request.url.split('?')[0]} (${request.id}): ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}` });
    return send(reply, new Answer(500, toBody(new Refusal(500, 'InternalServerError', `The host failed; its log has more under ${request.id}.`))));
  }
}

/** How a part of a request is checked: by its schema, unless a quick look is enough. Bodies of streams are their handler's business. */
function checkOf({ stream, usual }: Route, part: string | undefined, bySchema: Check): Check {
  if (part === 'body' && stream !== undefined) return () => true;
  const isUsual = part === 'body' || part === 'headers' ? usual?.[part] : undefined;
  return isUsual === undefined ? bySchema : (given) => (isUsual(given) ? { value: given } : bySchema(given));
}

/** Whether repeating the same request would give the same refusal. */
function isFinal({ status, details }: HttpError): boolean {
  return status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status) && details?.['retry'] !== true;
}

function send(reply: FastifyReply, { status, body, headers }: Answer): FastifyReply {
  reply.code(status).headers(headers);
  return body instanceof JsonText ? reply.type('application/json; charset=utf-8').send(body.text) : reply.send(body);
}

/** JSON whatever Content-Type says: curl's `-d` sends a form's. No body is none, not an empty object. */
function parseEverything(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  // JSON by name as well: what is named is found at once, anything else by comparing types.
  scope.addContentTypeParser(['application/json', '*'], { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') return done(null, undefined);
    try {
      done(null, JSON.parse(text as string));
    } catch (error) {
      done(badRequest(`The body is not JSON: ${messageOf(error)}`));
    }
  });
}

function unreadable(error: Error): Answer {
  const refusal = fromFastify(error) ?? badRequest('The address cannot be read.');
  return new Answer(refusal.status, toBody(refusal));
}

interface FastifyFault {
  code?: string;
  statusCode?: number;
  message: string;
  validation?: { instancePath: string; message?: string; keyword: string }[];
  validationContext?: string;
}

/** What Fastify itself refuses. */
function fromFastify(error: unknown): HttpError | undefined {
  const { code = '', statusCode, message, validation, validationContext = 'body' } = error as FastifyFault;
  if (validation !== undefined) {
    const errors = validation.map((fault) => ({ type: fault.keyword, location: [validationContext, ...fault.instancePath.split('/').filter(Boolean)], message: fault.message ?? 'is not valid' }));
    return invalid(errors.map(({ location, message: text }) => `${location.join('.')}: ${text}`).join('; '), { validation_errors: errors });
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge('The body is too large.');
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? new Refusal(statusCode, 'BadRequestError', message) : undefined;
}
