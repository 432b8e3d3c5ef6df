/** Completion scripts, in the shells they are for. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandSource, completionScript, type Shell } from '../../src/ui/completion/index.js';

const commands: CommandSource[] = [
  { id: 'run', summary: "Run a plugin: don't [stop]", flags: { input: { type: 'option', char: 'i', description: 'rows: a file\nor -' }, json: { type: 'boolean' }, secretly: { type: 'boolean', hidden: true } } },
  { id: 'lint', summary: 'Check', flags: { format: { type: 'option', options: ['json', 'junit', 'sarif'] } } },
  { id: 'host:start', summary: 'Start "a" $host `x`', flags: { port: { type: 'option' } } },
  { id: 'host:keys:add', summary: 'Add', flags: {} },
  { id: 'ghost', summary: '', hidden: true, flags: {} },
];

let folder: string;
const file = (shell: Shell): string => join(folder, shell);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugsmith-completion-'));
  for (const shell of ['bash', 'zsh', 'fish', 'powershell'] as const) writeFileSync(file(shell), completionScript(shell, commands));
  writeFileSync(join(folder, 'rows.jsonl'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

const has = (program: string): boolean => spawnSync(program, ['-c', 'true']).status === 0;
const absent = (program: string): string => (has(program) ? '' : ` (skipped: there is no ${program})`);

describe.skipIf(!has('bash'))(`bash${absent('bash')}`, () => {
  const complete = (words: string[]): string[] => {
    const script = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _plugin; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['--norc', '-c', script, file('bash'), ...words], { cwd: folder, encoding: 'utf8' }).split('\n').filter(Boolean).sort();
  };
  it.each<[string[], string[]]>([
    [['plugin', ''], ['host', 'lint', 'run']],
    [['plugin', 'r'], ['run']],
    [['plugin', 'run', '--'], ['--help', '--input', '--json']],
    [['plugin', '--json', 'run', '-'], ['--help', '--input', '--json', '-i']],
    [['plugin', 'lint', '--format', 'j'], ['json', 'junit']],
    [['plugin', 'run', '--input', 'ro'], ['rows.jsonl']],
    [['plugin', 'run', '-i', 'ro'], ['rows.jsonl']],
    [['plugin', 'host', ''], ['keys', 'start']],
    [['plugin', 'host', 'start', '--p'], ['--port']],
    [['plugin', 'ghost', '--'], []],
  ])('%j', (words, expected) => expect(complete(words)).toEqual(expected));
});

describe.skipIf(!has('fish'))(`fish${absent('fish')}`, () => {
  it.each<[string, string[]]>([
    ['plugin ', ['host\tkeys, start', 'lint\tCheck', "run\tRun a plugin: don't [stop]"]],
    ['plugin lint --format j', ['json', 'junit']],
    ['plugin host s', ['start\tStart "a" $host `x`']],
    ['plugin run --inp', ['--input\trows: a file or -']],
  ])('%s', (line, expected) => {
    const out = execFileSync('fish', ['--no-config', '-c', `source ${file('fish')}; complete -C '${line}'`], { cwd: folder, encoding: 'utf8' });
    expect(out.split('\n').filter(Boolean).map((found, i) => (expected[i]?.includes('\t') ? found : found.split('\t')[0])).sort()).toEqual(expected);
  });
});

it.skipIf(!has('zsh'))(`zsh reads its script${absent('zsh')}`, () => {
  expect(execFileSync('zsh', ['-f', '-n', file('zsh')], { encoding: 'utf8' })).toBe('');
  expect(execFileSync('zsh', ['-f', '-c', `autoload -U compinit; compinit -u -D; source ${file('zsh')}; print $_comps[plugin]`], { encoding: 'utf8' })).toBe('_plugin\n');
});

it('no script holds a control character or a hidden flag', () => {
  for (const shell of ['bash', 'zsh', 'fish', 'powershell'] as const) {
    expect(completionScript(shell, commands)).not.toMatch(/[^\P{Cc}\n]|secretly|ghost/u);
  }
});
