/** Completion for fish: one line for each command and each flag. */
import { firstWords, topics, type CommandSpec } from './spec.js';

/** @returns a script to be sourced */
export function fishCompletion(commands: readonly CommandSpec[]): string {
  const lines = firstWords(commands).map(({ word, summary }) => `complete -c plugin -f -n __fish_use_subcommand -a ${quote(word)} -d ${quote(summary)}`);
  for (const [word, list] of topics(commands)) {
    const seconds = list.map(({ words }) => words[1] as string);
    const here = `__fish_seen_subcommand_from ${word}; and not __fish_seen_subcommand_from ${seconds.join(' ')}`;
    for (const { words, summary } of list) lines.push(`complete -c plugin -f -n ${quote(here)} -a ${quote(words[1] as string)} -d ${quote(summary)}`);
  }
  for (const { words, flags } of commands) {
    const here = words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    for (const { name, char, summary, values } of flags) {
      const value = values === null ? '' : values.length > 0 ? ` -x -a ${quote(values.join(' '))}` : ' -r -F';
      lines.push(`complete -c plugin -n ${quote(here)} -l ${name}${char === null ? '' : ` -s ${char}`}${value} -d ${quote(summary)}`);
    }
  }
  return `# Completion of plugin for fish: plugin completion fish | source\n${lines.join('\n')}\n`;
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
