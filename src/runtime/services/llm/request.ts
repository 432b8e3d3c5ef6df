/** What a plugin asks of a language model, checked, and the identity of the question. */
import { createHash } from 'node:crypto';
import { Failure } from '../../../errors/index.js';

export const providers = ['google', 'openai', 'anthropic'] as const;

export type ProviderName = (typeof providers)[number];

/** JSON Schema, as far as we look into it. */
export type Schema = Record<string, unknown>;

export interface LlmRequest {
  instruction: string;
  text: string | undefined;
  /** URLs, `data:` URLs or paths. */
  images: string[];
  provider: ProviderName | undefined;
  model: string | undefined;
  schema: Schema | undefined;
}

export interface LlmAnswer {
  /** Parsed JSON where a schema was given, else the text. */
  data: unknown;
  text: string;
}

/** A picture, ready to be sent. */
export interface InlineImage {
  mime: string;
  base64: string;
}

/** @throws Failure `llm-request` for a request of the wrong shape. */
export function readRequest(params: Record<string, unknown>): LlmRequest {
  const { instruction, text, images, provider, model, schema } = params;
  if (typeof instruction !== 'string' || instruction.trim() === '') throw wrong('instruction', 'a text that is not empty');
  if (!absent(text) && typeof text !== 'string') throw wrong('text', 'a text');
  if (!absent(images) && !(Array.isArray(images) && images.every((image) => typeof image === 'string'))) throw wrong('images', 'a list of URLs or paths');
  if (!absent(model) && typeof model !== 'string') throw wrong('model', 'the name of a model');
  if (!absent(schema) && (typeof schema !== 'object' || Array.isArray(schema))) throw wrong('schema', 'a JSON Schema (an object)');
  const known = providers.find((name) => name === provider);
  if (!absent(provider) && known === undefined) throw wrong('provider', `one of ${providers.join(', ')}`);
  return {
    instruction,
    text: (text ?? undefined) as string | undefined,
    images: (images ?? []) as string[],
    provider: known,
    model: (model ?? undefined) as string | undefined,
    schema: (schema ?? undefined) as Schema | undefined,
  };
}

function absent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function wrong(field: string, wanted: string): Failure {
  return new Failure({ code: 'llm-request', message: `The call of context.llm.generate has a wrong "${field}": it has to be ${wanted}.`, next: 'Mend the call in the plugin.', details: { field } });
}

/**
 * The identity of a request: sha256, hex, of everything that changes the answer. Keys are sorted, so that two ways of
 * writing the same schema are one request.
 * @param images identities of its pictures
 */
export function requestHash(request: LlmRequest, images: readonly string[]): string {
  const { instruction, text, provider, model, schema } = request;
  return createHash('sha256').update(canonical({ instruction, text, provider, model, schema, images })).digest('hex');
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, item]) => item !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}
