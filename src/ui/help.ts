/** Help pages, made when Plugsmith is built, so that showing one starts no framework. */
import { stripVTControlCharacters } from 'node:util';
import { type Command, CommandHelp, Config, Help } from '@oclif/core';
import { exitTable } from './exit-codes.js';

const WIDTH = 80;

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

/** The summary stands above the page, so it is not repeated in the description. */
class Page extends CommandHelp {
  protected override description(): string | undefined {
    return this.command.description === undefined ? undefined : this.wrap(this.command.description);
  }
}

/** Gives strings where oclif's class prints, and adds the exit codes to every page. */
class PlainHelp extends Help {
  protected override CommandHelpClass = Page;

  front(commands: Command.Loadable[]): string {
    return plain([this.formatRoot(), this.formatCommands(commands), exitTable(), 'More about a command: plugin COMMAND --help'].join('\n\n'));
  }

  page(command: Command.Loadable): string {
    return plain([this.summary(command), this.formatCommand(command), exitTable()].join('\n\n'));
  }
}

function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/[ \t]+$/gm, '').trim();
}
