/** Completion for zsh, by its own _arguments. */
import { firstWords, topics, type CommandSpec, type FlagSpec } from './spec.js';

/** @returns a script that works both sourced and as a file `_plugin` in $fpath */
export function zshCompletion(commands: readonly CommandSpec[]): string {
  const cases = commands.map(({ words, flags }) => `    ${quote(words.join(' '))}) _arguments -s ${flags.flatMap(argument).join(' ')} '*:file:_files' ;;`);
  const nested = [...topics(commands)].map(([word, list]) => `    ${quote(word)}) choices=(${list.map(({ words, summary }) => described(words[1] as string, summary)).join(' ')}) ;;`);
  return `#compdef plugin
# Completion of plugin for zsh: eval "$(plugin completion zsh)"
_plugin() {
  local -a choices
  local command
  if (( CURRENT == 2 )); then
    choices=(${firstWords(commands).map(({ word, summary }) => described(word, summary)).join(' ')})
    _describe -t commands command choices
    return
  fi
  command="$words[2]"
  case "$command" in
${nested.join('\n')}
  esac
  if (( $#choices )); then
    if (( CURRENT == 3 )); then
      _describe -t commands command choices
      return
    fi
    command="$command $words[3]"
    shift words
    (( CURRENT-- ))
  fi
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = "_plugin" ]; then _plugin "$@"; else compdef _plugin plugin; fi
`;
}

function argument({ name, char, summary, values }: FlagSpec): string[] {
  const value = values === null ? '' : values.length > 0 ? `:${name}:(${values.join(' ')})` : `:${name}:_files`;
  const names = [`--${name}`, ...(char === null ? [] : [`-${char}`])];
  return names.map((flag) => quote(`${flag}[${escaped(summary)}]${value}`));
}

function described(word: string, summary: string): string {
  return quote(`${word.replaceAll(':', '\\:')}:${summary}`);
}

/** Brackets and colons end a description. */
function escaped(text: string): string {
  return text.replace(/[\\[\]:]/g, '\\$&');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
