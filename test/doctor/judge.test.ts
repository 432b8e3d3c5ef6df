import { describe, expect, it } from 'vitest';
import { judgeNode, judgeSystem, checkTerminal } from '../../src/doctor/platform.js';
import { judgePython } from '../../src/doctor/python.js';
import { judgeFree } from '../../src/doctor/storage.js';

describe('Node', () => {
  it.each([
    ['18.20.0', 'fail'], ['20.18.3', 'fail'], ['20.19.0', 'warn'], ['20.20.2', 'warn'], ['21.7.0', 'warn'],
    ['22.11.0', 'warn'], ['22.12.0', 'ok'], ['23.5.0', 'warn'], ['24.21.0', 'ok'], ['26.10.0', 'ok'],
  ])('%s: %s', (version, status) => {
    expect(judgeNode(version)).toMatchObject({ status, finding: expect.stringContaining(version) });
  });
  it('names the end of life of Node 20', () => {
    expect(judgeNode('20.20.2').finding).toContain('April 2026');
  });
});

describe('the system', () => {
  it.each([
    ['linux', 'x64', '6.1.0', 'ok', 'linux-x64'],
    ['darwin', 'arm64', '24.0', 'ok', 'darwin-arm64'],
    ['linux', 'x64', '5.15.0-microsoft-standard-WSL2', 'ok', 'WSL'],
    ['linux', 'riscv64', '6.1', 'warn', 'riscv64'],
    ['freebsd', 'x64', '14', 'warn', 'freebsd'],
    ['win32', 'x64', '10', 'fail', 'Windows'],
  ] as const)('%s-%s %s: %s', (platform, arch, kernel, status, word) => {
    expect(judgeSystem(platform, arch, kernel)).toMatchObject({ status, finding: expect.stringContaining(word) });
  });
  it('sends Windows users to WSL', () => {
    expect(judgeSystem('win32', 'x64', '10').remedy).toContain('wsl --install');
  });
});

describe('Python', () => {
  it.each([
    ['3.11.7 venv ensurepip pip', 'ok', 'with venv and pip'],
    ['3.10.0 venv ensurepip pip', 'ok', '3.10.0'],
    ['3.14.0rc1 venv ensurepip pip', 'ok', '3.14.0rc1'],
    ['3.9.2 venv ensurepip pip', 'warn', 'too old'],
    ['2.7.18', 'warn', 'too old'],
    ['3.11.2 venv pip', 'warn', 'ensurepip'],
    ['3.11.2', 'warn', 'venv, ensurepip, pip'],
    ['3.11.2 venv ensurepip', 'warn', 'no pip'],
  ])('%s: %s', (line, status, word) => {
    expect(judgePython('/usr/bin/python3', `${line}\n`)).toMatchObject({ status, finding: expect.stringContaining(word) });
  });
});

describe('free space', () => {
  it.each([[50 * 1024 ** 2, 'fail', '50 MB'], [500 * 1024 ** 2, 'warn', '500 MB'], [20 * 1024 ** 3, 'ok', '20.0 GB']])('%d: %s', (bytes, status, word) => {
    expect(judgeFree(bytes, '/c')).toMatchObject({ status, finding: expect.stringContaining(word) });
  });
});

describe('the terminal', () => {
  it.each([
    [true, true, /commands may ask/],
    [true, false, /^Output is not.*no progress/],
    [false, true, /^Input is not.*never ask\.$/],
    [false, false, /^Input and output are not.*no progress/],
  ])('input %s, output %s', (stdin, stdout, finding) => {
    expect(checkTerminal({ env: {}, terminal: { stdin, stdout } })).toMatchObject({ status: 'ok', finding: expect.stringMatching(finding) });
  });
});
