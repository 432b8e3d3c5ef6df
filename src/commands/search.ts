import { Args, Flags } from '@oclif/core';
import type { SearchResult } from '../runtime/index.js';
import { type Outcome, plural, PlugsmithCommand, withEnv } from '../ui/index.js';
import { modelFlags } from './shared/models.js';
import { pythonFlags, pythonOptions } from './shared/python.js';
import { secondsFlag } from './shared/seconds.js';

const TEXT_WIDTH = 76;

export default class Search extends PlugsmithCommand<SearchResult> {
  static override summary = 'Search the vectors that a run has written';
  static override description = 'Embeds the words, or the file, with the plugin (its realtime service, else its pipeline) and compares them with every row, exactly.';
  static override examples = ['<%= config.bin %> search "how do I return a parcel"', '<%= config.bin %> search "red shoes" --top 10 --run 20260131-101500', '<%= config.bin %> search --file picture.png'];
  static override args = { query: Args.string({ description: 'what to look for' }) };
  static override flags = withEnv({
    plugin: Flags.string({ helpValue: 'DIR', char: 'p', description: "the plugin's folder", default: '.' }),
    file: Flags.string({ char: 'f', helpValue: 'FILE', description: 'a file to look for the like of, such as a picture' }),
    run: Flags.string({ helpValue: 'RUN', description: 'the run to search (the latest unless told)' }),
    feature: Flags.string({ helpValue: 'NAME', description: 'the vectors to search (the first declared feature unless told)' }),
    top: Flags.integer({ helpValue: 'N', char: 'k', min: 1, max: 1000, default: 5, description: 'how many results' }),
    params: Flags.string({ helpValue: 'JSON', description: 'parameters for the query as JSON, or @file.json (those of the run unless told)' }),
    timeout: secondsFlag(120, 'seconds the plugin may take to embed the query'),
    ...pythonFlags,
    ...modelFlags,
    yes: Flags.boolean({ char: 'y', description: 'install missing native packages without asking' }),
  });

  protected async execute(): Promise<Outcome<SearchResult>> {
    const { args, flags } = await this.parse(Search);
    const { openSession, parseParams, searchRun } = await import('../runtime/index.js');
    const session = await openSession({ plugin: flags.plugin, ...pythonOptions(flags, this.ui), offline: flags.offline, confirmInstall: this.ui.installPrompt(flags.yes), announce: (line) => this.ui.note(line) });
    try {
      await session.services.ensureNative('onnxruntime-node');
      const result = await searchRun(session, {
        query: args.query, file: flags.file, run: flags.run, feature: flags.feature, top: flags.top, parameters: parseParams(flags.params), timeoutMs: flags.timeout * 1000,
        onLog: (line) => this.ui.detail(`${line.source}  ${line.message}`),
      });
      return { result, exitCode: result.results.length > 0 ? 0 : 1 };
    } finally {
      await session.services.close();
    }
  }

  protected render({ results, searched, feature, score, run }: SearchResult): string {
    const lines = results.flatMap(({ score: value, row }, i) => {
      const { document_id, ...rest } = row;
      const texts = Object.entries(rest).filter(([, item]) => typeof item === 'string' && item !== '').slice(0, 3);
      return [`${String(i + 1).padStart(2)}  ${value.toFixed(3)}  ${this.ui.theme.bold(String(document_id))}`, ...texts.map(([name, item]) => `             ${this.ui.theme.dim(`${name}:`)} ${shorten(String(item))}`)];
    });
    const found = results.length > 0 ? lines.join('\n') : 'Nothing found: the run holds no vectors to compare with.';
    return `${found}\n\n${plural(searched, 'row')} of run ${run} compared by ${feature} (${score}).`;
  }
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > TEXT_WIDTH ? `${line.slice(0, TEXT_WIDTH - 1)}…` : line;
}
