import { Flags } from '@oclif/core';
import type { LogLine } from '../client/index.js';
import { onExit, type Outcome, printable, withEnv } from '../ui/index.js';
import { HostCommand, hostFlags } from './shared/host-command.js';
import { findTarget, pluginArg } from './shared/target.js';

interface Result {
  plugin_id: string;
  /** With --follow they were events while the command ran, and the list is empty. */
  lines: LogLine[];
  /** Number of the last line that was seen; null where there was none. */
  last_seq: number | null;
}

export default class Logs extends HostCommand<Result> {
  static override summary = 'Show what a deployed plugin logged';
  static override description = 'With --follow it goes on until interrupted, through restarts of the host and cut connections, without losing or repeating a line.';
  static override examples = ['<%= config.bin %> logs my_extractor', '<%= config.bin %> logs my_extractor@1.0.0 --follow', '<%= config.bin %> logs my_extractor --after 120 --json'];
  static override args = pluginArg;
  static override flags = withEnv({
    follow: Flags.boolean({ char: 'f', description: 'wait for lines to come, until interrupted' }),
    after: Flags.integer({ min: 0, helpValue: 'SEQ', description: 'only lines after this number' }),
    limit: Flags.integer({ helpValue: 'N', min: 1, description: 'only the last lines of those' }),
    ...hostFlags,
  });

  protected async execute(): Promise<Outcome<Result>> {
    const { args, flags } = await this.parse(Logs);
    const host = await this.connect(flags);
    const { followLogs, readLogs } = await import('../client/index.js');
    const { id } = await findTarget(args.plugin, host, 'deployed', this.ui);
    const lines: LogLine[] = [];
    let last: number | null = null;
    for await (const line of readLogs(host, id, { after: flags.after })) {
      last = line.seq;
      lines.push(line);
      if (flags.limit !== undefined && lines.length > flags.limit) lines.shift();
    }
    if (!flags.follow) return { result: { plugin_id: id, lines, last_seq: last } };
    const stop = new AbortController();
    onExit(() => (stop.abort(), `Go on with: plugin logs ${id} --follow${last === null ? '' : ` --after ${last}`}`));
    for (const line of lines) this.show(line);
    for await (const line of followLogs(host, id, { after: last ?? flags.after, signal: stop.signal })) {
      last = line.seq;
      this.show(line);
    }
    return { result: { plugin_id: id, lines: [], last_seq: last } };
  }

  private show(line: LogLine): void {
    if (this.ui.json) this.ui.event({ type: 'log', ...line });
    else this.ui.out(this.text(line));
  }

  private text({ time, level, source, message }: LogLine): string {
    const { theme } = this.ui;
    const paint = { error: theme.error, warning: theme.warn, warn: theme.warn }[level ?? ''] ?? ((text: string) => text);
    return [theme.dim(time ?? ''), paint((level ?? '').padEnd(7)), theme.dim(printable(source ?? '')), printable(message)].filter(Boolean).join('  ');
  }

  protected render({ plugin_id: id, lines }: Result): string {
    return lines.length === 0 ? `${id} has logged nothing.` : lines.map((line) => this.text(line)).join('\n');
  }
}
