/** Help pages, made when Plugsmith is built, so that showing one starts no framework. */
import { stripVTControlCharacters } from 'node:util';
import { type Command, CommandHelp, Config, Help } from '@oclif/core';
import { exitTable } from './exit-codes.js';

const WIDTH = 80;

/** Commands in the order of the work. A command is in the group that names its first word; the others come last. */
const GROUPS: readonly { title: string; words: readonly string[] }[] = [
  { title: 'WRITE A PLUGIN', words: ['create', 'lint', 'test'] },
  { title: 'RUN IT HERE', words: ['run', 'report', 'diff', 'search', 'invoke'] },
  { title: 'RELEASE IT', words: ['package', 'login', 'whoami', 'publish', 'upload', 'deploy', 'status', 'logs', 'rollback', 'undeploy'] },
  { title: 'LOOK AFTER WHAT A HOST HAS', words: ['list', 'get', 'download', 'delete', 'enable', 'disable', 'secrets', 'host'] },
  { title: 'LOOK AFTER THIS MACHINE', words: ['doctor', 'setup', 'env', 'completion'] },
];

/**
 * Renders the help of the program (key: empty string) and of each command (key: its words, `host start`).
 * Plain text, 80 columns, without a final line end.
 * @param root folder of the package, with its built commands.
 */
export async function renderHelp(root: string): Promise<Record<string, string>> {
  const config = await Config.load({ root });
  const help = new PlainHelp(config, { maxWidth: WIDTH, stripAnsi: true, flagSortOrder: 'none' });
  const commands = config.commands.filter((command) => !command.hidden).sort((a, b) => (a.id < b.id ? -1 : 1));
  const pages = commands.map((command) => [command.id.replaceAll(':', ' '), help.page(command)] as const);
  return Object.fromEntries([['', help.front(commands)], ...pages]);
}

/** The summary stands above the page, so it is not repeated in the description; the flags stand below, so the synopsis names only what a call needs. */
class Page extends CommandHelp {
  protected override defaultUsage(): string {
    const args = Object.values(this.command.args ?? {}).map(({ name, required }) => (required ? name.toUpperCase() : `[${name.toUpperCase()}]`));
    const needed = Object.values(this.command.flags ?? {}).flatMap((flag) => (flag.required && flag.type === 'option' ? [`--${flag.name} ${String(flag.helpValue ?? 'VALUE')}`] : []));
    return [this.command.id, ...args, ...needed, '[FLAGS]'].join(' ');
  }

  protected override description(): string | undefined {
    return this.command.description === undefined ? undefined : this.wrap(this.command.description);
  }
}

/** Gives strings where oclif's class prints, and adds the exit codes to every page. */
class PlainHelp extends Help {
  protected override CommandHelpClass = Page;

  front(commands: Command.Loadable[]): string {
    return plain([this.formatRoot(), ...this.groups(commands), exitTable(), 'More about a command: plugin COMMAND --help'].join('\n\n'));
  }

  private groups(commands: Command.Loadable[]): string[] {
    const width = Math.max(...commands.map(({ id }) => id.length));
    // Rendering a page writes an id of two words with a space.
    const wordOf = ({ id }: Command.Loadable): string => id.split(/[: ]/)[0] as string;
    const named = new Set(GROUPS.flatMap(({ words }) => words));
    const rest = [...new Set(commands.map(wordOf))].filter((word) => !named.has(word));
    return [...GROUPS, { title: 'OTHER', words: rest }].flatMap(({ title, words }) => {
      const rows = words.flatMap((word) => commands.filter((command) => wordOf(command) === word)).map((command) => `${command.id.replaceAll(':', ' ').padEnd(width)}  ${hanging(this.summary(command) ?? '', width + 4)}`);
      return rows.length === 0 ? [] : [`${title}\n${rows.map((row) => `  ${row}`).join('\n')}`];
    });
  }

  page(command: Command.Loadable): string {
    return plain([this.summary(command), aligned(this.formatCommand(command)), exitTable()].join('\n\n'));
  }
}

/** Where flags with a letter follow, oclif leaves the room for it out before the first flag of a section. */
function aligned(text: string): string {
  return text.replace(/(FLAGS\n  )(--.*(?:\n    .*)*\n  (?:-\w,|   ) --)/g, '$1    $2');
}

/** Further lines of a text begin at a column. */
function hanging(text: string, column: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH - column) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${' '.repeat(column)}`);
}

function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/[ \t]+$/gm, '').trim();
}
