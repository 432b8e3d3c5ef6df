/** Completion for bash 3.2 and later, without the bash-completion package. */
import { firstWords, topics, type CommandSpec } from './spec.js';

/** @returns a script to be sourced */
export function bashCompletion(commands: readonly CommandSpec[]): string {
  const flags = commands.map(({ words, flags: list }) => `    ${quote(words.join(' '))}) echo ${quote(list.flatMap(({ name, char }) => [`--${name}`, ...(char === null ? [] : [`-${char}`])]).join(' '))} ;;`);
  const values = commands.flatMap(({ words, flags: list }) =>
    list.filter((flag) => flag.values !== null).flatMap(({ name, char, values: choices }) => {
      const patterns = [`--${name}`, ...(char === null ? [] : [`-${char}`])].map((flag) => quote(`${words.join(' ')} ${flag}`)).join('|');
      return `    ${patterns}) echo ${quote(choices?.length ? choices.join(' ') : ':file')} ;;`;
    }),
  );
  const followers = [...topics(commands)].map(([word, list]) => `    ${quote(word)}) echo ${quote(list.map(({ words }) => words[1]).join(' '))} ;;`);
  return `# Completion of plugin for bash: eval "$(plugin completion bash)"
_plugin_topic() {
  case "$1" in
${followers.join('\n')}
  esac
}
_plugin_flags() {
  case "$1" in
${flags.join('\n')}
  esac
}
_plugin_values() {
  case "$1" in
${values.join('\n')}
  esac
}
_plugin() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" word choices
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    if [ -z "$command" ]; then
      command="$word"
      [ -z "$(_plugin_topic "$command")" ] && break
    else
      command="$command $word"
      break
    fi
  done
  COMPREPLY=()
  if [ -z "$command" ]; then
    choices=${quote(firstWords(commands).map(({ word }) => word).join(' '))}
  elif [ "\${current#-}" != "$current" ]; then
    choices="$(_plugin_flags "$command")"
  else
    choices="$(_plugin_values "$command $previous")"
    [ -z "$choices" ] && choices="$(_plugin_topic "$command")"
  fi
  if [ "$choices" = ":file" ] || [ -z "$choices" ]; then
    COMPREPLY=($(compgen -f -- "$current"))
    compopt -o filenames 2>/dev/null
  else
    COMPREPLY=($(compgen -W "$choices" -- "$current"))
  fi
}
complete -F _plugin plugin
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
