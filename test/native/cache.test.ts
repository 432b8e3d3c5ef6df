import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheDir, loadNative, nativeStatus, pinnedVersion, resolveNative } from '../../src/native/index.js';
import { npmCommand, npmEnvironment } from '../../src/native/npm.js';

const byDefault = process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches', 'plugsmith') : join(homedir(), '.cache', 'plugsmith');

describe('cacheDir', () => {
  it.each([
    [{}, byDefault],
    [{ XDG_CACHE_HOME: '/x' }, '/x/plugsmith'],
    [{ XDG_CACHE_HOME: 'relative' }, byDefault],
    [{ XDG_CACHE_HOME: '' }, byDefault],
    [{ PLUGSMITH_CACHE_DIR: '/own', XDG_CACHE_HOME: '/x' }, '/own'],
    [{ PLUGSMITH_CACHE_DIR: 'own' }, join(process.cwd(), 'own')],
    [{ PLUGSMITH_CACHE_DIR: '', XDG_CACHE_HOME: '/x' }, '/x/plugsmith'],
  ])('%o gives %s', (env, expected) => {
    expect(cacheDir(env)).toBe(expected);
  });
});

describe('this installation', () => {
  it('pins the versions that its package.json names', () => {
    expect(pinnedVersion('onnxruntime-node')).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('has an onnxruntime that loads', async () => {
    const path = resolveNative('onnxruntime-node');
    expect(await nativeStatus('onnxruntime-node')).toEqual({ state: 'ok', version: pinnedVersion('onnxruntime-node'), path });
    expect(typeof loadNative('onnxruntime-node').InferenceSession.create).toBe('function');
  });

  it('has a sharp that loads', () => {
    expect(typeof loadNative('sharp')).toBe('function');
  });
});

describe('npm', () => {
  it('ignores an npm_execpath that is not npm', () => {
    const { file, args } = npmCommand({ npm_execpath: '/opt/yarn/bin/yarn.js' });
    expect([file, ...args].join(' ')).not.toContain('yarn');
  });

  it('keeps the way to the registry and drops the errand of the npm that runs us; npm caches no code of its own', () => {
    const kept = { npm_config_registry: 'r', npm_config_https_proxy: 'p', npm_config_cafile: 'c', PATH: '/bin' };
    const dropped = { npm_config_global: 'true', npm_config_prefix: '/p', npm_config_workspace: 'w', NPM_CONFIG_DRY_RUN: 'true', npm_config_omit: 'optional' };
    expect(npmEnvironment({ ...kept, ...dropped })).toEqual({ ...kept, NODE_DISABLE_COMPILE_CACHE: '1' });
  });
});
