/** Runs the lint command in this process, as the entry does, and catches what it prints. */
import { resolve } from 'node:path';
import { Config } from '@oclif/core';
import { vi } from 'vitest';
import Lint from '../../src/commands/lint.js';

let config: Config | undefined;

/** @param cwd the working folder. */
export async function lintCommand(cwd: string, ...argv: string[]): Promise<{ code: unknown; out: string; err: string }> {
  config ??= await Config.load({ root: resolve(import.meta.dirname, '../..') });
  let out = '';
  let err = '';
  const catchInto = (add: (text: string) => void) => (chunk: unknown) => {
    add(String(chunk));
    return true;
  };
  const spies = [
    vi.spyOn(process, 'cwd').mockReturnValue(cwd),
    vi.spyOn(process.stdout, 'write').mockImplementation(catchInto((text) => (out += text))),
    vi.spyOn(process.stderr, 'write').mockImplementation(catchInto((text) => (err += text))),
  ];
  const before = process.exitCode;
  try {
    await new Lint(argv, config).run();
    return { code: process.exitCode, out, err };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
