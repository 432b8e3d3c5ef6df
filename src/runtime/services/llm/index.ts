/** `context.llm` on the supervisor's side. */
import { Failure } from '../../../errors/index.js';
import { fakeAnswer } from './fake.js';
import { postJson } from './http.js';
import { type ImageOptions, openPicture } from './images.js';
import { providerTable, type Reply } from './providers.js';
import { loadRecording, saveRecording } from './recordings.js';
import { type InlineImage, type LlmAnswer, type LlmRequest, type ProviderName, providers, readRequest, requestHash, type Schema } from './request.js';

/** `fake` needs nothing, `record` calls the provider and keeps the answers, `replay` gives kept answers. */
export const llmModes = ['fake', 'record', 'replay'] as const;

export type LlmMode = (typeof llmModes)[number];

export interface LlmOptions extends ImageOptions {
  /** Absent: calls are refused. */
  mode: LlmMode | undefined;
  /** A secret or variable by name: keys and base URLs. */
  variable(name: string): string | undefined;
  /** Hides secrets in messages that come from outside. */
  mask(text: string): string;
  signal: AbortSignal;
  sleep?: ((ms: number) => Promise<unknown>) | undefined;
}

/**
 * Answers one request.
 * @throws Failure `llm-off`, `llm-request`, `llm-no-key`, `llm-refused`, `llm-unreachable`, `llm-bad-reply`,
 *   `llm-bad-answer`, `llm-not-recorded`, `llm-recording`, `llm-image`.
 */
export async function generate(params: Record<string, unknown>, options: LlmOptions): Promise<LlmAnswer> {
  const { mode, root } = options;
  if (mode === undefined) {
    throw new Failure({ code: 'llm-off', message: 'The plugin asked a language model, and this run has none.', why: 'Calls cost money, so none is made unless asked for.', next: 'Add --llm fake (made-up answers), --llm record (a real provider, answers are kept) or --llm replay (kept answers).' });
  }
  const request = readRequest(params);
  const pictures = await Promise.all(request.images.map((image) => openPicture(image, options)));
  const hash = requestHash(request, pictures.map(({ identity }) => identity));
  if (mode === 'fake') return fakeAnswer(request, hash);
  if (mode === 'replay') return loadRecording(root, hash, request);
  const { provider, key } = choose(request, options);
  const model = request.model ?? providerTable[provider].model;
  const images = await Promise.all(pictures.map((picture) => picture.load()));
  const response = await ask(request, images, { provider, key, model }, options);
  await saveRecording(root, hash, { request: { ...request, images: images.length }, provider, model, response });
  return response;
}

/** The provider asked for, else the first with a key. */
function choose({ provider }: LlmRequest, { variable }: LlmOptions): { provider: ProviderName; key: string } {
  const wanted = provider === undefined ? providers : [provider];
  for (const name of wanted) {
    const key = providerTable[name].keys.map(variable).find((value) => value);
    if (key) return { provider: name, key };
  }
  const names = wanted.flatMap((name) => providerTable[name].keys);
  throw new Failure({ code: 'llm-no-key', message: `There is no key for ${provider ?? 'any language model provider'}.`, why: '--llm record calls the provider itself.', next: `Set ${names.join(' or ')} in the environment, or give it with --env-file or --secret.`, details: { variables: names } });
}

interface Target {
  provider: ProviderName;
  key: string;
  model: string;
}

async function ask(request: LlmRequest, images: InlineImage[], { provider, key, model }: Target, { variable, mask, signal, sleep }: LlmOptions): Promise<LlmAnswer> {
  const { answer, base, baseVariable, call } = providerTable[provider];
  const wrapped = request.schema !== undefined && request.schema['type'] !== 'object';
  const schema = wrapped ? inObject(request.schema as Schema) : request.schema;
  const question = { request, images, model, key, base: (variable(baseVariable) || base).replace(/\/+$/, ''), schema };
  try {
    const text = answer((await postJson(call(question), { provider, signal, ...(sleep && { sleep }) })) as Reply);
    if (text === null) throw noAnswer(provider, 'the reply holds no text; it may have been blocked or cut off');
    return schema === undefined ? { data: text, text } : structured(text, wrapped, provider);
  } catch (error) {
    // A provider's message may repeat the key it was given.
    if (error instanceof Failure) throw masked(error, (message) => mask(message).replaceAll(key, '***'));
    throw error;
  }
}

/** Providers want an object at the top, so any other schema travels inside of one. */
function inObject(schema: Schema): Schema {
  return { type: 'object', properties: { value: schema }, required: ['value'], additionalProperties: false };
}

function structured(text: string, wrapped: boolean, provider: string): LlmAnswer {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw noAnswer(provider, `it was to be JSON, but begins: ${text.slice(0, 100)}`);
  }
  if (!wrapped) return { data, text };
  const { value } = (data ?? {}) as { value?: unknown };
  return { data: value, text: JSON.stringify(value) ?? 'null' };
}

function noAnswer(provider: string, reason: string): Failure {
  return new Failure({ code: 'llm-bad-answer', message: `The answer of ${provider} cannot be used: ${reason}.`, next: 'Try again, another model, or a simpler schema.', details: { provider } });
}

function masked(failure: Failure, mask: (text: string) => string): Failure {
  const { code, message, why, next, details, exitCode } = failure;
  return new Failure({ code, message: mask(message), why, next, details, exitCode });
}
