import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { envName, PlugsmithCommand } from '../../src/ui/index.js';

const folder = fileURLToPath(new URL('../../src/commands', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.startsWith('shared/')).sort();

describe.each(files)('%s', async (file) => {
  const { default: command } = (await import(pathToFileURL(join(folder, file)).href)) as { default: typeof PlugsmithCommand<unknown> };
  const flags = Object.entries({ ...command.baseFlags, ...command.flags });

  it('is a command of ours', () => {
    expect(command.prototype).toBeInstanceOf(PlugsmithCommand);
  });

  it('says what it is for, and shows how', () => {
    expect(command.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(command.description).toMatch(/^[A-Z].*\.$/s);
    expect(command.examples.length).toBeGreaterThan(0);
  });

  it.each(flags)('--%s has its environment variable and a description', (name, flag) => {
    expect(flag.env).toBe(envName(name));
    expect(flag.description).toBeTruthy();
  });

  // oclif gives the parser of a flag as one for every kind of flag at once.
  it.each(flags.filter(([, flag]) => (flag.type as string) === 'option'))('--%s refuses an empty value', async (_name, flag) => {
    const parse = flag.parse as unknown as (input: string) => Promise<unknown>;
    await expect(parse('')).rejects.toThrow('An empty value');
  });

  it('has the common flags', () => {
    expect(flags.map(([name]) => name)).toEqual(expect.arrayContaining(['json', 'no-color', 'verbose']));
  });
});
