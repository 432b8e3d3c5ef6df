/** What completion knows of the commands: names, flags and their values. The same for every shell. */

export interface FlagSpec {
  /** Without the dashes. */
  name: string;
  char: string | null;
  summary: string;
  /** Null for a switch; else the values it takes, empty where any file or text will do. */
  values: readonly string[] | null;
}

export interface CommandSpec {
  /** The words after the program's name, `['host', 'start']`. */
  words: readonly string[];
  summary: string;
  flags: readonly FlagSpec[];
}

/** As much of a command as oclif's manifest says of it. */
export interface CommandSource {
  id: string;
  hidden?: boolean | undefined;
  summary?: string | undefined;
  flags: Record<string, { type: string; char?: string | undefined; description?: string | undefined; summary?: string | undefined; options?: readonly string[] | undefined; hidden?: boolean | undefined }>;
}

/** @returns visible commands by their words, flags by their names */
export function commandSpecs(commands: readonly CommandSource[]): CommandSpec[] {
  const visible = commands.filter((command) => !command.hidden).map(({ id, summary = '', flags }) => ({ words: id.split(':'), summary: oneLine(summary), flags: flagSpecs(flags) }));
  return visible.sort((a, b) => (a.words.join(' ') < b.words.join(' ') ? -1 : 1));
}

function flagSpecs(flags: CommandSource['flags']): FlagSpec[] {
  const own = Object.entries(flags)
    .filter(([, flag]) => !flag.hidden)
    .map(([name, { type, char, description, summary, options }]) => ({ name, char: char ?? null, summary: oneLine(summary ?? description ?? ''), values: type === 'boolean' ? null : (options ?? []) }));
  const help: FlagSpec = { name: 'help', char: null, summary: 'show the help of the command', values: null };
  return [...own, help].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Shells show one line, and control characters would be part of their scripts. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}

/** First words of commands with several, and the words that may follow each. */
export function topics(commands: readonly CommandSpec[]): Map<string, CommandSpec[]> {
  const found = new Map<string, CommandSpec[]>();
  for (const command of commands) {
    const [first, second] = command.words;
    if (first !== undefined && second !== undefined) found.set(first, [...(found.get(first) ?? []), command]);
  }
  return found;
}

/** What may come first: commands of one word, and topics with what they are about. */
export function firstWords(commands: readonly CommandSpec[]): { word: string; summary: string }[] {
  const singles = commands.filter(({ words }) => words.length === 1).map(({ words, summary }) => ({ word: words[0] as string, summary }));
  const grouped = [...topics(commands)].filter(([word]) => !singles.some((single) => single.word === word));
  return [...singles, ...grouped.map(([word, list]) => ({ word, summary: list.map(({ words }) => words[1]).join(', ') }))].sort((a, b) => (a.word < b.word ? -1 : 1));
}
