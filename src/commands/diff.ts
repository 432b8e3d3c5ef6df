import { Args, Flags } from '@oclif/core';
import { ExitCode, Failure } from '../errors/index.js';
import type { RunDiff } from '../runtime/index.js';
import { type Outcome, PlugsmithCommand, withEnv } from '../ui/index.js';

export default class Diff extends PlugsmithCommand<RunDiff> {
  static override summary = 'Compare two runs: how far vectors moved, coverage, speed';
  static override description = 'Joins the rows of two runs of a plugin by document_id. A change is 1 - cosine similarity: 0 is the same direction, 2 the opposite. Exits with 1 when a row changed by more than --max-change.';
  static override examples = ['<%= config.bin %> diff 20260131-101500 20260131-113000', '<%= config.bin %> diff 20260131-101500 20260131-113000 --max-change 0.01'];
  static override args = { before: Args.string({ required: true, description: 'the run to compare with' }), after: Args.string({ required: true, description: 'the run with the change' }) };
  static override flags = withEnv({
    plugin: Flags.string({ helpValue: 'DIR', char: 'p', description: "the plugin's folder", default: '.' }),
    'max-change': Flags.string({ helpValue: 'NUMBER', description: 'the largest change of one row that is no finding, 0 to 2' }),
    top: Flags.integer({ helpValue: 'N', min: 0, max: 1000, default: 5, description: 'how many of the rows that changed most to show' }),
  });

  private text = '';

  protected async execute(): Promise<Outcome<RunDiff>> {
    const { args, flags } = await this.parse(Diff);
    const limit = limitOf(flags['max-change']);
    const { compareRuns, diffText, findProject } = await import('../runtime/index.js');
    const diff = await compareRuns(findProject(flags.plugin).root, args.before, args.after, flags.top);
    const beyond = limit !== null && diff.max_change > limit;
    this.text = `${diffText(diff)}${beyond ? `\n\nA row changed by ${diff.max_change.toPrecision(3)}, more than the ${limit} of --max-change.` : ''}`;
    return { result: diff, exitCode: beyond ? ExitCode.findings : ExitCode.ok };
  }

  protected render(): string {
    return this.text;
  }
}

function limitOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const limit = Number(text);
  if (text.trim() === '' || !(limit >= 0 && limit <= 2)) throw new Failure({ code: 'usage', message: `--max-change takes a number from 0 to 2, not "${text}".`, why: 'It is compared with 1 - cosine similarity.', next: 'For example: --max-change 0.01' });
  return limit;
}
