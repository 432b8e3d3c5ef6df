import { Args, Flags } from '@oclif/core';
import { relative } from 'node:path';
import { type Outcome, PlugsmithCommand, openFile, withEnv } from '../ui/index.js';

interface Result {
  run: string;
  page: string;
  bytes: number;
}

export default class Report extends PlugsmithCommand<Result> {
  static override summary = 'Make a page of a run: throughput, coverage, failures, vectors';
  static override description = 'Writes one HTML file that needs no network, of the latest run unless one is named.';
  static override examples = ['<%= config.bin %> report --open', '<%= config.bin %> report 20260131-101500 --output report.html'];
  static override args = { run: Args.string({ description: 'the run (the latest unless told)' }) };
  static override flags = withEnv({
    plugin: Flags.string({ helpValue: 'DIR', char: 'p', description: "the plugin's folder", default: '.' }),
    output: Flags.string({ helpValue: 'FILE', char: 'o', description: 'where to write it (report.html in the folder of the run unless told)' }),
    open: Flags.boolean({ description: 'show it in the browser' }),
  });

  protected async execute(): Promise<Outcome<Result>> {
    const { args, flags } = await this.parse(Report);
    const { findProject, writeReportPage } = await import('../runtime/index.js');
    const result = await writeReportPage(findProject(flags.plugin).root, args.run, flags.output);
    if (flags.open) await openFile(result.page);
    return { result };
  }

  protected render({ run, page }: Result): string {
    return `Run ${run}: ${relative('.', page)}`;
  }
}
