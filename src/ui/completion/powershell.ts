/** Completion for PowerShell 5 and later. */
import { firstWords, topics, type CommandSpec } from './spec.js';

/** @returns a script for the profile */
export function powershellCompletion(commands: readonly CommandSpec[]): string {
  const entry = (word: string, summary: string): string => `@{ Name = ${quote(word)}; Summary = ${quote(summary || word)} }`;
  const list = (entries: string[]): string => `@(${entries.join(', ')})`;
  const tables = commands.map(({ words, flags }) => {
    const names = list(flags.flatMap(({ name, char, summary }) => [entry(`--${name}`, summary), ...(char === null ? [] : [entry(`-${char}`, summary)])]));
    const values = flags.filter((flag) => flag.values?.length).flatMap(({ name, char, values: choices }) => [`--${name}`, ...(char === null ? [] : [`-${char}`])].map((flag) => `${quote(flag)} = ${list((choices ?? []).map((choice) => entry(choice, choice)))}`));
    return `    ${quote(words.join(' '))} = @{ Flags = ${names}; Values = @{ ${values.join('; ')} } }`;
  });
  const nested = [...topics(commands)].map(([word, members]) => `    ${quote(word)} = ${list(members.map(({ words, summary }) => entry(words[1] as string, summary)))}`);
  return `# Completion of plugin for PowerShell: plugin completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName plugin -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $first = ${list(firstWords(commands).map(({ word, summary }) => entry(word, summary)))}
  $topics = @{
${nested.join('\n')}
  }
  $commands = @{
${tables.join('\n')}
  }
  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() } | Select-Object -Skip 1)
  $plain = @($before | Where-Object { -not $_.StartsWith('-') })
  $choices = $first
  if ($plain.Count -gt 0) {
    $name = $plain[0]
    $choices = @()
    if ($topics.ContainsKey($name)) {
      if ($plain.Count -eq 1) { $choices = $topics[$name] } else { $name = "$name $($plain[1])" }
    }
    if ($commands.ContainsKey($name)) {
      $last = $before[-1]
      if ($commands[$name].Values.ContainsKey($last)) { $choices = $commands[$name].Values[$last] }
      elseif ($wordToComplete.StartsWith('-')) { $choices = $commands[$name].Flags }
    }
  }
  $choices | Where-Object { $_.Name.StartsWith($wordToComplete) } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_.Name, $_.Name, 'ParameterValue', $_.Summary)
  }
}
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
