import { Flags } from '@oclif/core';
import { Failure } from '../../errors/index.js';
import type { KeptEnvironment } from '../../runtime/index.js';
import { type Outcome, plural, PlugsmithCommand, withEnv } from '../../ui/index.js';
import { environmentTable } from './show.js';

interface Result {
  removed: KeptEnvironment[];
  bytes: number;
}

export default class EnvClean extends PlugsmithCommand<Result> {
  static override summary = 'Remove Python environments from the cache';
  static override description = 'Removes the environments named, or all with --all. They are made again when they are needed, which needs the network.';
  static override examples = ['<%= config.bin %> env clean --all', '<%= config.bin %> env clean c30381f5c9c48e42'];
  static override strict = false;
  static override flags = withEnv({ all: Flags.boolean({ description: 'remove every environment' }) });

  protected async execute(): Promise<Outcome<Result>> {
    const { flags, argv } = await this.parse(EnvClean);
    const { cleanEnvironments, listEnvironments } = await import('../../runtime/index.js');
    const named = argv.map(String);
    if (named.length === 0 && !flags.all) throw new Failure({ code: 'usage', message: 'Nothing says which environments to remove.', why: 'Making one anew takes time and the network.', next: 'Name them (plugin env show --all lists them), or give --all.' });
    const known = (await listEnvironments()).map(({ key }) => key);
    const unknown = named.filter((key) => !known.includes(key));
    if (unknown.length > 0) throw new Failure({ code: 'environment-unknown', message: `There is no environment ${unknown.join(', ')}.`, why: 'Nothing was removed.', next: 'List them: plugin env show --all' });
    const removed = await cleanEnvironments(flags.all ? null : named);
    return { result: { removed, bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0) } };
  }

  protected render({ removed, bytes }: Result): string {
    if (removed.length === 0) return 'There were no environments.';
    return `${environmentTable(removed)}\n\nRemoved ${plural(removed.length, 'environment')}, ${Math.round(bytes / 1e6)} MB.`;
  }
}
