/** Scripts with which shells complete commands, flags and their values. They start nothing of ours. */
import { bashCompletion } from './bash.js';
import { fishCompletion } from './fish.js';
import { powershellCompletion } from './powershell.js';
import { type CommandSource, commandSpecs } from './spec.js';
import { zshCompletion } from './zsh.js';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion, powershell: powershellCompletion };
export type { CommandSource } from './spec.js';
export type Shell = keyof typeof SHELLS;
export const shells = Object.keys(SHELLS) as Shell[];

/** What to add to which file so that the shell completes from its next start. */
export const setUp: Record<Shell, { file: string; line: string }> = {
  bash: { file: '~/.bashrc', line: 'eval "$(plugin completion bash)"' },
  zsh: { file: '~/.zshrc', line: 'eval "$(plugin completion zsh)"' },
  fish: { file: '~/.config/fish/config.fish', line: 'plugin completion fish | source' },
  powershell: { file: '$PROFILE', line: 'plugin completion powershell | Out-String | Invoke-Expression' },
};

/** @param commands as oclif knows them */
export function completionScript(shell: Shell, commands: readonly CommandSource[]): string {
  return SHELLS[shell](commandSpecs(commands));
}
