import { Args } from '@oclif/core';
import { basename } from 'node:path';
import { Failure } from '../errors/index.js';
import { type Outcome, PlugsmithCommand, completionScript, setUp, shells, type Shell, withEnv } from '../ui/index.js';

interface Result {
  shell: Shell;
  script: string;
  /** Where a line goes that makes the shell complete from its next start. */
  set_up: { file: string; line: string };
}

export default class Completion extends PlugsmithCommand<Result> {
  static override summary = 'Print a script with which your shell completes commands and flags';
  static override description = 'Takes the shell from $SHELL unless told. The script starts nothing of Plugsmith, so completing is quick.';
  static override examples = ['eval "$(<%= config.bin %> completion bash)"', '<%= config.bin %> completion fish > ~/.config/fish/completions/plugin.fish'];
  static override args = { shell: Args.string({ description: 'the shell', options: shells }) };
  static override flags = withEnv({});

  protected async execute(): Promise<Outcome<Result>> {
    const { args } = await this.parse(Completion);
    const shell = (args.shell ?? basename(process.env['SHELL'] ?? '')) as Shell;
    if (!shells.includes(shell)) {
      throw new Failure({ code: 'usage', message: shell ? `There is no completion for ${shell}.` : 'Which shell is not known: $SHELL is not set.', why: 'Each shell has a language of its own.', next: `Name one: plugin completion ${shells.join('|')}` });
    }
    return { result: { shell, script: completionScript(shell, this.config.commands), set_up: setUp[shell] } };
  }

  protected render({ script }: Result): string {
    return script.trimEnd();
  }
}
