// Writes docs/commands: a page for each command, from the commands themselves. Needs the built command.
//   node scripts/docs-commands.mjs           writes them
//   node scripts/docs-commands.mjs --check   fails where they are not what they would be written as
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
const folder = join(root, 'docs/commands');
const manifest = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'));
const pages = pagesOf(Object.values(manifest.commands).filter((command) => !command.hidden));

if (process.argv.includes('--check')) check();
else write();

function pagesOf(commands) {
  const named = commands.map((command) => ({ ...command, words: command.id.replaceAll(':', ' ') })).sort((a, b) => (a.words < b.words ? -1 : 1));
  const rows = named.map(({ id, words, summary }) => `| [${words}](${fileOf(id)}) | ${summary} |`);
  const index = `# Commands, one by one\n\nMade from the commands themselves by \`node scripts/docs-commands.mjs\`. [cli.md](../cli.md) says what they have in common, and what their JSON holds.\n\n| command | |\n| --- | --- |\n${rows.join('\n')}\n`;
  return new Map([['README.md', index], ...named.map((command) => [fileOf(command.id), page(command)])]);
}

function fileOf(id) {
  return `${id.replaceAll(':', '-')}.md`;
}

function page({ words, summary, description, args, flags, examples }) {
  const positional = Object.values(args).map(({ name, required, multiple }) => (required ? name.toUpperCase() : `[${name.toUpperCase()}]`) + (multiple ? '...' : ''));
  const options = Object.values(flags).filter((flag) => !flag.hidden);
  const parts = [
    `# plugin ${words}\n\n${summary}.`,
    `## Synopsis\n\n\`\`\`text\nplugin ${[words, ...positional, '[FLAGS]'].join(' ')}\n\`\`\``,
    ...(description ? [`## Description\n\n${description}`] : []),
    ...(Object.keys(args).length > 0 ? [`## Arguments\n\n${table(['argument', ''], Object.values(args).map((arg) => [`\`${arg.name.toUpperCase()}\``, choices(arg)]))}`] : []),
    `## Flags\n\n${table(['flag', 'environment', ''], options.map((flag) => [names(flag), flag.env ? `\`${flag.env}\`` : '', choices(flag)]))}`,
    ...(examples?.length ? [`## Examples\n\n\`\`\`sh\n${examples.map((example) => example.replaceAll('<%= config.bin %>', 'plugin')).join('\n')}\n\`\`\``] : []),
    '## Exit codes\n\nOne table for all commands: [cli.md](../cli.md#exit-codes).',
  ];
  return `${parts.join('\n\n')}\n`;
}

function names({ name, char, type }) {
  return [`\`--${name}\``, ...(char ? [`\`-${char}\``] : [])].join(', ') + (type === 'boolean' ? '' : ' VALUE');
}

function choices({ description = '', options, default: preset, multiple }) {
  const facts = [options && `one of ${options.map((option) => `\`${option}\``).join(', ')}`, typeof preset === 'string' || typeof preset === 'number' ? `\`${preset}\` unless told` : null, multiple && !/repeatable/.test(description) && 'repeatable'];
  return [description, ...facts].filter(Boolean).join('; ');
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function write() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of pages) writeFileSync(join(folder, file), text);
}

function check() {
  const there = new Set(readdirSync(folder));
  const wrong = [...pages].filter(([file, text]) => !there.has(file) || readFileSync(join(folder, file), 'utf8') !== text).map(([file]) => file);
  const extra = [...there].filter((file) => !pages.has(file));
  if (wrong.length + extra.length === 0) return;
  console.error(`docs/commands is not what the commands say: ${[...wrong, ...extra].join(', ')}.\nWrite it anew: npm run build && node scripts/docs-commands.mjs`);
  process.exitCode = 1;
}
