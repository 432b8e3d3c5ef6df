import { beforeAll } from 'vitest';
import { loadPython } from '../../../src/lint/index.js';
import { testRowCases, type RowCase } from './rowCases.js';

/** As `testRowCases`, for Python; `body` is the body of a processor's `__call__`, from line 3 on, instead of `code`. */
export interface PyRowCase {
  name: string;
  lines?: number[];
  code?: string;
  body?: string;
}

export function testPyRowCases(rule: string, cases: readonly PyRowCase[]): void {
  beforeAll(async () => void (await loadPython()));
  testRowCases(rule, cases.map(({ code, body, ...rest }): RowCase => {
    const indented = (body ?? '').replace(/^\n/, '').split('\n').map((line) => (line === '' ? '' : `        ${line}`));
    return { ...rest, code: code ?? ['class P:', '    def __call__(self, batch):', ...indented, ''].join('\n'), file: 'processors/core.py' };
  }));
}
