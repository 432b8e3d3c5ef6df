import { Args, Flags } from '@oclif/core';
import { Failure, messageOf } from '../../errors/index.js';
import { readSmallFile } from '../../files/index.js';
import { type Outcome, withEnv } from '../../ui/index.js';
import { HostCommand, hostFlags } from '../shared/host-command.js';
import { readHidden } from '../shared/input.js';

interface Result {
  secret_name: string;
  /** False where it had a value, which was replaced. */
  created: boolean;
}

export default class SecretsSet extends HostCommand<Result> {
  static override summary = 'Give a secret of the organisation a value';
  static override description = 'Asks for the value on a terminal; elsewhere reads it from standard input, or from a file. It is never an argument, and never shown again.';
  static override examples = ['<%= config.bin %> secrets set OPENAI_API_KEY', '<%= config.bin %> secrets set OPENAI_API_KEY < key.txt', '<%= config.bin %> secrets set CERTIFICATE --from-file cert.pem'];
  static override args = { name: Args.string({ required: true, description: 'name of the secret' }) };
  static override flags = withEnv({ 'from-file': Flags.string({ helpValue: 'FILE', description: 'read the value from this file' }), ...hostFlags });

  protected async execute(): Promise<Outcome<Result>> {
    const { args, flags } = await this.parse(SecretsSet);
    const host = await this.connect(flags);
    const value = flags['from-file'] === undefined ? await readHidden(this.ui, `Value of ${args.name}`, 'the value') : fromFile(flags['from-file']);
    return { result: { secret_name: args.name, created: await host.setSecret(args.name, value) } };
  }

  protected render({ secret_name: name, created }: Result): string {
    return created ? `${name} is saved.` : `${name} has a new value.`;
  }
}

function fromFile(file: string): string {
  try {
    return readSmallFile(file).replace(/\r?\n$/, '');
  } catch (error) {
    throw new Failure({ code: 'file-unreadable', message: `${file} cannot be read: ${messageOf(error)}.`, why: 'The value was expected in it.', next: 'Check the path.' });
  }
}
