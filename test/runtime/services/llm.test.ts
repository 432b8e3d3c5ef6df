import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServices, readSecrets, type ServiceOptions } from '../../../src/runtime/services/index.js';
import { json, type Seen, startServer } from './server.js';

const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex');
const schema = { $schema: 'x', type: 'object', properties: { mood: { type: ['string', 'null'], enum: ['good', 'bad'] } }, required: ['mood'], additionalProperties: false };

let root: string;
let server: Awaited<ReturnType<typeof startServer>> | undefined;
const cleanups: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugsmith-llm-'));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  await server?.close();
  server = undefined;
  await rm(root, { recursive: true });
});

async function services(options: Partial<ServiceOptions>) {
  const made = createServices({ root, profile: 'trusted', secrets: await readSecrets({ env: {} }), env: {}, ...options });
  cleanups.push(() => made.close());
  return made;
}

async function provider(answer: Parameters<typeof startServer>[0]) {
  server = await startServer(answer);
  return server;
}

const replies: Record<string, { env: (base: string) => NodeJS.ProcessEnv; reply: (text: string) => unknown; check: (seen: Seen) => void }> = {
  google: {
    env: (base) => ({ GEMINI_API_KEY: 'key-1234', GOOGLE_GEMINI_BASE_URL: `${base}/` }),
    reply: (text) => ({ candidates: [{ content: { parts: [{ text: text.slice(0, 3) }, { text: text.slice(3) }] } }] }),
    check({ url, headers, body }) {
      expect(url).toBe('/v1beta/models/gemini-2.5-flash:generateContent');
      expect(headers['x-goog-api-key']).toBe('key-1234');
      expect(body.systemInstruction.parts[0].text).toBe('Judge');
      expect(body.contents[0].parts).toEqual([{ inlineData: { mimeType: 'image/png', data: PNG.toString('base64') } }, { text: 'a text' }]);
      expect(body.generationConfig.responseSchema).toEqual({ type: 'object', properties: { mood: { type: 'string', nullable: true, enum: ['good', 'bad'] } }, required: ['mood'] });
    },
  },
  openai: {
    env: (base) => ({ OPENAI_API_KEY: 'key-1234', OPENAI_BASE_URL: `${base}/v1` }),
    reply: (text) => ({ choices: [{ message: { content: text } }] }),
    check({ url, headers, body }) {
      expect(url).toBe('/v1/chat/completions');
      expect(headers.authorization).toBe('Bearer key-1234');
      expect(body.messages[0]).toEqual({ role: 'system', content: 'Judge' });
      expect(body.messages[1].content[0].image_url.url).toBe(`data:image/png;base64,${PNG.toString('base64')}`);
      expect(body.response_format.json_schema.schema).toEqual(schema);
    },
  },
  anthropic: {
    env: (base) => ({ ANTHROPIC_API_KEY: 'key-1234', ANTHROPIC_BASE_URL: base }),
    reply: (text) => ({ content: [{ type: 'tool_use', input: JSON.parse(text) }] }),
    check({ url, headers, body }) {
      expect(url).toBe('/v1/messages');
      expect(headers['x-api-key']).toBe('key-1234');
      expect(body.system).toBe('Judge');
      expect(body.messages[0].content[0].source).toEqual({ type: 'base64', media_type: 'image/png', data: PNG.toString('base64') });
      expect(body.tools[0].input_schema).toEqual(schema);
    },
  },
};

describe('record and replay', () => {
  it.each(Object.entries(replies))('%s: sends the request, keeps the answer, and replays it without the provider', async (name, { env, reply, check }) => {
    await writeFile(join(root, 'picture.png'), PNG);
    const request = { instruction: 'Judge', text: 'a text', images: ['picture.png'], schema };
    const { base, seen, close } = await provider((_, response) => json(response, 200, reply('{"mood":"good"}')));
    const recording = await services({ llm: 'record', env: env(base) });
    expect(await recording.handle('llm', request)).toEqual({ data: { mood: 'good' }, text: '{"mood":"good"}' });
    expect(recording.stats().llm).toMatchObject({ calls: 1, failures: 0 });
    expect(seen).toHaveLength(1);
    check(seen[0] as Seen);

    const files = await readdir(join(root, '.plugsmith/llm'));
    expect(files).toHaveLength(1);
    const kept = await readFile(join(root, '.plugsmith/llm', files[0] as string), 'utf8');
    expect(kept).not.toContain('key-1234');
    expect(JSON.parse(kept)).toMatchObject({ version: 1, provider: name, request: { instruction: 'Judge', images: 1 } });

    await close();
    const replaying = await services({ llm: 'replay' });
    expect(await replaying.handle('llm', request)).toEqual({ data: { mood: 'good' }, text: '{"mood":"good"}' });
    await expect(replaying.handle('llm', { ...request, text: 'another' })).rejects.toMatchObject({ code: 'llm-not-recorded', message: expect.stringContaining('Judge'), next: expect.stringContaining('--llm record') });
  });

  it('wraps a schema that is no object, and unwraps the answer', async () => {
    const { base, seen } = await provider((_, response) => json(response, 200, { choices: [{ message: { content: '{"value":[1,2]}' } }] }));
    const { handle } = await services({ llm: 'record', env: { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: base } });
    expect(await handle('llm', { instruction: 'x', schema: { type: 'array', items: { type: 'number' } } })).toEqual({ data: [1, 2], text: '[1,2]' });
    expect(seen[0]?.body.response_format.json_schema.schema.type).toBe('object');
  });

  it('takes the key from the secrets, and the provider asked for', async () => {
    const { base, seen } = await provider((_, response) => json(response, 200, { content: [{ type: 'text', text: 'hello' }] }));
    const secrets = await readSecrets({ secrets: ['ANTHROPIC_API_KEY=from-secret', `ANTHROPIC_BASE_URL=${base}`], env: {} });
    const { handle } = await services({ llm: 'record', secrets, env: { GOOGLE_API_KEY: 'other', ANTHROPIC_API_KEY: 'from-env' } });
    expect(await handle('llm', { instruction: 'x', provider: 'anthropic', model: 'm-1' })).toEqual({ data: 'hello', text: 'hello' });
    expect(seen[0]).toMatchObject({ headers: { 'x-api-key': 'from-secret' }, body: { model: 'm-1' } });
  });

  it('refuses a recording that is torn', async () => {
    const { base } = await provider((_, response) => json(response, 200, { choices: [{ message: { content: 'hi' } }] }));
    await (await services({ llm: 'record', env: { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: base } })).handle('llm', { instruction: 'x' });
    const [file] = await readdir(join(root, '.plugsmith/llm'));
    await writeFile(join(root, '.plugsmith/llm', file as string), '{"vers');
    await expect((await services({ llm: 'replay' })).handle('llm', { instruction: 'x' })).rejects.toMatchObject({ code: 'llm-recording' });
  });
});

describe('a provider in trouble', () => {
  const ask = async (answer: Parameters<typeof startServer>[0]) => {
    const { base, seen } = await provider(answer);
    const waits: number[] = [];
    const { handle } = await services({ llm: 'record', env: { OPENAI_API_KEY: 'sk-very-secret', OPENAI_BASE_URL: base }, sleep: async (ms) => waits.push(ms) });
    const result = await handle('llm', { instruction: 'x' }).catch((error: unknown) => error);
    return { result, waits, calls: seen.length };
  };
  const good = { choices: [{ message: { content: 'ok' } }] };
  const bad = { error: { message: 'Key sk-very-secret is wrong' } };

  it('is tried again three times, waiting longer each time', async () => {
    const { result, waits, calls } = await ask((_, response, count) => (count < 4 ? json(response, 503, {}) : json(response, 200, good)));
    expect(result).toMatchObject({ text: 'ok' });
    expect([calls, waits]).toEqual([4, [1000, 2000, 4000]]);
  });

  it('is waited for as long as it asks', async () => {
    const { waits } = await ask((_, response, count) => (count === 1 ? json(response, 429, {}, { 'retry-after': '7' }) : json(response, 200, good)));
    expect(waits).toEqual([7000]);
  });

  it('is given up after the third retry', async () => {
    const { result, calls } = await ask((_, response) => json(response, 500, {}));
    expect(result).toMatchObject({ code: 'llm-refused', details: { status: 500 } });
    expect(calls).toBe(4);
  });

  it('is tried again when the connection breaks', async () => {
    const { result, calls } = await ask((_, response, count) => (count === 1 ? response.destroy() : json(response, 200, good)));
    expect(result).toMatchObject({ text: 'ok' });
    expect(calls).toBe(2);
  });

  it.each([
    ['wrong key', 401, bad, {}, 'llm-refused', 1],
    ['no quota for an hour', 429, {}, { 'retry-after': '3600' }, 'llm-refused', 1],
    ['no text in the answer', 200, { choices: [] }, {}, 'llm-bad-answer', 1],
  ])('fails at once: %s', async (_, status, body, headers, code, expected) => {
    const { result, calls } = await ask((_seen, response) => json(response, status, body, headers));
    expect(result).toMatchObject({ code, message: expect.not.stringContaining('sk-very-secret') });
    expect(calls).toBe(expected);
  });

  it('fails where the answer is no JSON', async () => {
    const { result } = await ask((_, response) => response.end('<html>'));
    expect(result).toMatchObject({ code: 'llm-bad-reply' });
  });
});

describe('refusals', () => {
  it.each([
    ['llm-off', { llm: undefined }, { instruction: 'x' }],
    ['llm-no-key', { llm: 'record' as const }, { instruction: 'x' }],
    ['llm-no-key', { llm: 'record' as const, env: { GOOGLE_API_KEY: 'k' } }, { instruction: 'x', provider: 'openai' }],
    ['llm-image', { llm: 'fake' as const }, { instruction: 'x', images: ['missing.png'] }],
    ['llm-image', { llm: 'fake' as const, profile: 'untrusted' as const }, { instruction: 'x', images: ['/etc/hostname'] }],
  ])('%s with %j', async (code, options, params) => {
    const { handle } = await services(options);
    await expect(handle('llm', params)).rejects.toMatchObject({ name: 'Failure', code });
  });

  it('a picture that is none', async () => {
    await writeFile(join(root, 'text.png'), 'text');
    const { handle } = await services({ llm: 'record', env: { OPENAI_API_KEY: 'k' } });
    await expect(handle('llm', { instruction: 'x', images: ['text.png'] })).rejects.toMatchObject({ code: 'llm-image' });
  });
});

it('fake answers need no network for pictures on it', async () => {
  const { handle } = await services({ llm: 'fake' });
  const request = { instruction: 'x', images: ['https://example.invalid/picture.png'] };
  expect(await handle('llm', request)).toEqual(await handle('llm', request));
});
