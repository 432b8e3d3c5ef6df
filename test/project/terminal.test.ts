/** The check that finds who writes to the terminal or ends the process. */
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error a script, which has no declarations
import { checkTerminal, terminalUses } from '../../scripts/check-terminal.mjs';

const what = (source: string): string[] => (terminalUses(source) as { what: string }[]).map((use) => use.what);

test.each([
  ['process.stdout.write("x")', ['process.stdout']],
  ['process["stderr"].write("x")', ['process.stderr']],
  ['const { stdout, env } = process; stdout.write("x")', ['process.stdout']],
  ['process.exit(1)', ['process.exit']],
  ['process.exitCode = 1', ['process.exitCode']],
  ['console.log(1)', ['console']],
  ['const log = console;', ['console']],
  ['import { stdout } from "node:process"', ['import of node:process']],
])('%s is found', (source, expected) => {
  expect(what(source)).toEqual(expected);
});

test.each([
  'process.env.HOME',
  'if (process.stdout.isTTY) ask()',
  'function f(console: Sink) { console.log(1) }',
  'const process = start(); process.exit()',
  'const child = "console.log(1); process.exit(1)"',
  'worker.stdout.on("data", read)',
  'import type { Process } from "node:process"',
])('%s is fine', (source) => {
  expect(what(source)).toEqual([]);
});

test('the sources keep to it', () => {
  expect(checkTerminal(resolve(import.meta.dirname, '../..'))).toEqual([]);
});
