import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkBaseUrl } from '../../src/client/base-url.js';
import { credentialsFile, readProfiles, writeProfile } from '../../src/client/credentials.js';
import { resolveSettings } from '../../src/client/settings.js';

describe('addresses', () => {
  test.each([
    ['https://api.example.com', 'https://api.example.com'],
    ['https://api.example.com/', 'https://api.example.com'],
    ['https://api.example.com/v1/', 'https://api.example.com'],
    ['https://example.com/host/v1', 'https://example.com/host'],
    ['http://127.0.0.1:4600', 'http://127.0.0.1:4600'],
    ['http://localhost:1', 'http://localhost:1'],
    ['http://[::1]:1', 'http://[::1]:1'],
  ])('%s', (text, url) => expect(checkBaseUrl(text)).toBe(url));

  test.each(['example.com', 'ftp://example.com', 'https://u:secret@example.com', 'https://example.com?a=1', ''])('%j is none', (text) => {
    expect(() => checkBaseUrl(text)).toThrow(expect.objectContaining({ code: 'base-url-invalid', message: expect.not.stringContaining('secret') }));
  });

  test.each(['http://example.com', 'http://192.168.0.1', 'http://127.0.0.1.example.com'])('%s must be accepted first', (text) => {
    expect(() => checkBaseUrl(text)).toThrow(expect.objectContaining({ code: 'insecure-url' }));
    expect(checkBaseUrl(text, true)).toBe(text);
  });
});

describe('a key goes only where it belongs', () => {
  const profiles = {
    default: { base_url: 'http://127.0.0.1:1', namespace: 'one', api_key: 'key-1', insecure: false },
    work: { base_url: 'https://work.example', namespace: 'two', api_key: 'key-2', insecure: false },
  };
  test.each([
    ['the default profile', {}, {}, ['http://127.0.0.1:1', 'key-1', 'one']],
    ['a named profile', { profile: 'work' }, { MIXPEEK_API_KEY: 'k' }, ['https://work.example', 'key-2', 'two']],
    ['another namespace', { namespace: 'three' }, {}, ['http://127.0.0.1:1', 'key-1', 'three']],
    ["the service's variables", {}, { MIXPEEK_API_KEY: 'k', MIXPEEK_NAMESPACE_ID: 'n' }, ['https://api.mixpeek.com', 'k', 'n']],
    ["the service's variables with an address", {}, { MIXPEEK_API_KEY: 'k', MIXPEEK_API_URL: 'https://d.example/v1', MIXPEEK_NAMESPACE: 'n' }, ['https://d.example', 'k', 'n']],
    ['our variable with an address', { baseUrl: 'https://d.example' }, { PLUGSMITH_API_KEY: 'k' }, ['https://d.example', 'k', 'default']],
    ['our variable before theirs', { baseUrl: 'https://d.example' }, { PLUGSMITH_API_KEY: 'k', MIXPEEK_API_KEY: 'other' }, ['https://d.example', 'k', 'default']],
    ["our variable with a profile's address", {}, { PLUGSMITH_API_KEY: 'k' }, ['http://127.0.0.1:1', 'k', 'default']],
    ['an address that a profile knows', { baseUrl: 'https://work.example/v1' }, {}, ['https://work.example', 'key-2', 'two']],
    ['an address that nobody knows', { baseUrl: 'https://new.example' }, {}, ['https://new.example', null, 'default']],
    ["a profile with another host's address", { profile: 'work', baseUrl: 'https://new.example' }, {}, ['https://new.example', null, 'default']],
  ])('%s', (_name, given, env, [baseUrl, apiKey, namespace]) => {
    expect(resolveSettings(given, env as NodeJS.ProcessEnv, profiles)).toMatchObject({ baseUrl, apiKey, namespace });
  });

  test('a profile without a key is not where a key is from', () => {
    expect(resolveSettings({}, {}, { default: { ...profiles.default, api_key: null } })).toMatchObject({ apiKey: null, keyFrom: 'none', profile: 'default' });
  });

  test.each([
    ['nothing', {}, {}, 'not-logged-in'],
    ['our variable alone', {}, { PLUGSMITH_API_KEY: 'k' }, 'not-logged-in'],
    ['an unknown profile', { profile: 'none' }, {}, 'no-such-profile'],
    ['a profile called as a part of every object', { profile: 'constructor' }, {}, 'no-such-profile'],
  ])('%s is not enough', (_name, given, env, code) => {
    expect(() => resolveSettings(given, env as NodeJS.ProcessEnv, {})).toThrow(expect.objectContaining({ code, exitCode: 2 }));
  });
});

describe('the file of profiles', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'plugsmith-credentials-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const profile = { base_url: 'https://a.example', namespace: 'n', api_key: 'key', insecure: false };

  test('is for its owner only, also when it was not before', async () => {
    const file = join(folder, 'new', 'credentials.json');
    await writeProfile(file, 'default', profile);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700);
    const open = join(folder, 'open.json');
    writeFileSync(open, '{"version":1,"profiles":{}}', { mode: 0o644 });
    await writeProfile(open, 'default', profile);
    expect(statSync(open).mode & 0o777).toBe(0o600);
  });

  test('keeps the other profiles', async () => {
    const file = join(folder, 'credentials.json');
    await writeProfile(file, 'a', profile);
    await writeProfile(file, 'b', { ...profile, api_key: null });
    expect(await readProfiles(file)).toEqual({ a: profile, b: { ...profile, api_key: null } });
  });

  test('that is broken is named, without what it holds', async () => {
    const file = join(folder, 'credentials.json');
    writeFileSync(file, '{"version":1,"profiles":{"a":{"api_key":"canary"');
    await expect(readProfiles(file)).rejects.toMatchObject({ code: 'credentials-unreadable', message: expect.not.stringContaining('canary') });
    await expect(writeProfile(file, 'a', profile)).rejects.toMatchObject({ code: 'credentials-unreadable' });
  });

  test('lies where the environment says', () => {
    expect(credentialsFile({ PLUGSMITH_CONFIG_DIR: '/c' })).toBe('/c/credentials.json');
    expect(credentialsFile({ XDG_CONFIG_HOME: '/x' })).toBe('/x/plugsmith/credentials.json');
    expect(credentialsFile({ XDG_CONFIG_HOME: 'relative' })).toMatch(/\.config\/plugsmith\/credentials\.json$/);
  });
});
