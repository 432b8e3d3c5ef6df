/** The OpenAPI document, made of the route table. */
import type { FastifyInstance, FastifySchema } from 'fastify';
import { errorSchema } from './schemas.js';
import type { Route } from './route.js';

const about = 'Uploads, checks, deploys and serves plugins. Errors have the shape {success, status, error: {message, type, details}}.';

/** Must run before the routes are added. */
export async function registerOpenApi(app: FastifyInstance, version: string): Promise<void> {
  const { default: swagger } = await import('@fastify/swagger');
  const { jsonSchemaTransform } = await import('fastify-type-provider-zod');
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Plugsmith host', version, description: about, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key of this host: plugin host keys' } } },
    },
    transform: jsonSchemaTransform,
    transformObject: (given) => ('openapiObject' in given ? withOptionalBodies(given.openapiObject) : given.swaggerObject),
  });
}

/** A body that may be null may be left out: the plugin calls every body required. */
function withOptionalBodies<T extends { paths?: object | undefined }>(document: T): T {
  const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values(path as Record<string, { requestBody?: RequestBody }>));
  for (const { requestBody: body } of operations) {
    const media = body?.content['application/json'];
    const choices = media?.schema.anyOf;
    if (body === undefined || media === undefined || !choices?.some(({ type }) => type === 'null')) continue;
    body.required = false;
    media.schema = choices.find(({ type }) => type !== 'null') ?? media.schema;
  }
  return document;
}

interface JsonSchema {
  type?: string;
  anyOf?: JsonSchema[];
}

interface RequestBody {
  required?: boolean;
  content: Record<string, { schema: JsonSchema }>;
}

/** What every route may answer besides what it names. */
const errors: Readonly<Record<number, string>> = {
  400: 'The request cannot be done as it is', 401: 'No key, or not a valid one', 403: 'The key may not do this', 404: 'There is no such thing, or the key may not see it',
  409: 'Not possible in the present state', 413: 'Too large', 422: 'The request has not the form that is described here', 429: 'Too many requests',
  500: 'The host failed', 503: 'Not at the moment', 507: 'The disk is full',
};

/** A route's part of the document, which validates its requests and answers too. */
export function describe(route: Route): FastifySchema {
  const { id, summary, tag, access, params, query, headers, body, stream, response, produces } = route;
  const answers: Record<string, unknown> = {};
  for (const [status, text] of Object.entries(errors)) answers[status] = errorSchema.describe(text);
  for (const [status, schema] of Object.entries(response)) answers[status] = produces === undefined ? schema : { description: schema.description ?? summary, content: { [produces]: { schema } } };
  const needsKey = access !== 'open' && access !== 'signed';
  return {
    operationId: id,
    summary,
    tags: [tag],
    'x-scope': access,
    ...(needsKey ? { description: `Needs the scope \`${access}\`.`, security: [{ key: [] }] } : { security: [] }),
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(stream === undefined ? {} : { consumes: [stream] }),
    response: answers,
  } as FastifySchema & { 'x-scope': string };
}
