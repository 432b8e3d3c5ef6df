/** The three providers: how a request looks on their wire, and where the answer is in what comes back. Pure. */
import type { InlineImage, LlmRequest, ProviderName, Schema } from './request.js';

/** One HTTP call. */
export interface Call {
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

export interface Provider {
  /** Names of the variable or secret with the key, in order of preference. */
  keys: readonly string[];
  baseVariable: string;
  base: string;
  /** Used where the plugin names no model. */
  model: string;
  call(question: Question): Call;
  /** The answer's text (JSON, where a schema was given), or null where the reply holds none. */
  answer(reply: Reply): string | null;
}

export interface Question {
  request: LlmRequest;
  images: readonly InlineImage[];
  model: string;
  key: string;
  /** Without a slash at the end. */
  base: string;
  /** What the answer has to fit: always an object's schema, which is all that some providers take. */
  schema: Schema | undefined;
}

/** The parts of the providers' replies that we read; everything may be missing. */
export interface Reply {
  candidates?: { content?: { parts?: { text?: string }[] } }[];
  choices?: { message?: { content?: string | null } }[];
  content?: { type?: string; text?: string; input?: unknown }[];
}

export const providerTable: Record<ProviderName, Provider> = {
  google: {
    keys: ['GOOGLE_API_KEY', 'GEMINI_API_KEY'],
    baseVariable: 'GOOGLE_GEMINI_BASE_URL',
    base: 'https://generativelanguage.googleapis.com',
    model: 'gemini-2.5-flash',
    call: ({ request, images, model, key, base, schema }) => ({
      url: `${base}/v1beta/models/${encodeURIComponent(model)}:generateContent`,
      headers: { 'x-goog-api-key': key },
      body: {
        systemInstruction: { parts: [{ text: request.instruction }] },
        contents: [{ role: 'user', parts: [...images.map(({ mime, base64 }) => ({ inlineData: { mimeType: mime, data: base64 } })), { text: userText(request) }] }],
        ...(schema && { generationConfig: { responseMimeType: 'application/json', responseSchema: openApiSchema(schema) } }),
      },
    }),
    answer: ({ candidates }) => joined(candidates?.[0]?.content?.parts?.map(({ text }) => text)),
  },
  openai: {
    keys: ['OPENAI_API_KEY'],
    baseVariable: 'OPENAI_BASE_URL',
    base: 'https://api.openai.com/v1',
    model: 'gpt-4o-mini',
    call: ({ request, images, model, key, base, schema }) => ({
      url: `${base}/chat/completions`,
      headers: { authorization: `Bearer ${key}` },
      body: {
        model,
        messages: [
          { role: 'system', content: request.instruction },
          { role: 'user', content: [...images.map(({ mime, base64 }) => ({ type: 'image_url', image_url: { url: `data:${mime};base64,${base64}` } })), { type: 'text', text: userText(request) }] },
        ],
        ...(schema && { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } }),
      },
    }),
    answer: ({ choices }) => choices?.[0]?.message?.content ?? null,
  },
  anthropic: {
    keys: ['ANTHROPIC_API_KEY'],
    baseVariable: 'ANTHROPIC_BASE_URL',
    base: 'https://api.anthropic.com',
    model: 'claude-haiku-4-5',
    call: ({ request, images, model, key, base, schema }) => ({
      url: `${base}/v1/messages`,
      headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
      body: {
        model,
        max_tokens: 4096,
        system: request.instruction,
        messages: [{ role: 'user', content: [...images.map(({ mime, base64 }) => ({ type: 'image', source: { type: 'base64', media_type: mime, data: base64 } })), { type: 'text', text: userText(request) }] }],
        // A tool that must be called is how this provider gives structured answers.
        ...(schema && { tools: [{ name: 'answer', description: 'Gives the answer.', input_schema: schema }], tool_choice: { type: 'tool', name: 'answer' } }),
      },
    }),
    answer({ content }) {
      const tool = content?.find(({ type }) => type === 'tool_use');
      return tool ? JSON.stringify(tool.input) : joined(content?.map(({ text }) => text));
    },
  },
};

/** Providers refuse an empty message, so without a text the instruction is repeated as the question. */
function userText({ text, instruction }: LlmRequest): string {
  return text === undefined || text === '' ? instruction : text;
}

function joined(parts: readonly (string | undefined)[] | undefined): string | null {
  const text = parts?.join('') ?? '';
  return text === '' ? null : text;
}

const kept = new Set([
  'type', 'format', 'title', 'description', 'nullable', 'enum', 'minItems', 'maxItems', 'properties', 'required', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'items', 'anyOf',
]);

/** JSON Schema as the dialect Google takes: unknown keys are refused there, so they are dropped; `null` types become `nullable`. */
function openApiSchema(schema: Schema): Schema {
  const types = Array.isArray(schema['type']) ? (schema['type'] as string[]) : null;
  const result: Schema = {};
  for (const [key, item] of Object.entries(schema)) {
    if (key === 'properties') result[key] = Object.fromEntries(Object.entries(item as Record<string, Schema>).map(([name, property]) => [name, openApiSchema(property)]));
    else if (key === 'items') result[key] = openApiSchema(item as Schema);
    else if (key === 'anyOf' || key === 'oneOf') result['anyOf'] = (item as Schema[]).map(openApiSchema);
    else if (key === 'const') result['enum'] = [item];
    else if (kept.has(key)) result[key] = item;
  }
  if (types) Object.assign(result, { type: types.find((type) => type !== 'null'), nullable: types.includes('null') });
  return result;
}
