/** docs/cli.md names every command and every flag, and no others. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const files = readdirSync(join(root, 'src/commands'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.startsWith('shared/'));
const commands = files.map((file) => file.replace('.ts', '').replace('/', ' ')).sort();
const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');

/** The text under a second-level heading. */
const section = (name: string): string => page.split(/^## /m).find((text) => text.startsWith(`${name}\n`)) ?? '';

describe.each(commands)('plugin %s', (name) => {
  test('its flags are those of its table', async () => {
    const { default: command } = (await import(/* @vite-ignore */ join(root, 'src/commands', `${name.replace(' ', '/')}.ts`))) as { default: { flags?: object } };
    const table = section(name).split('\n').filter((line) => line.startsWith('| `--'));
    const named = table.flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`--([a-z-]+)`/g)].map(([, flag]) => flag));
    expect(named.sort()).toEqual(Object.keys(command.flags ?? {}).sort());
  });
});

test('no section speaks of a command that does not exist', () => {
  const headings = [...page.matchAll(/^## ([a-z]+(?: [a-z]+)?)$/gm)].map(([, name]) => name);
  expect(headings.sort()).toEqual(commands);
});
