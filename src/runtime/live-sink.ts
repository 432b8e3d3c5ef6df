/** The output of a run in progress. */
import { untilAborted } from './abort.js';
import { conform, readBlocks, sameFields, type JournalContent, type JournalField, type ResultBlock } from './journal/index.js';
import type { RunRecord } from './runs.js';
import { OutputFile, makeSink, type Sink } from './sinks/index.js';

/** Writes the output while the run goes on; when the schema widened meanwhile, writes it anew from the journal. */
export class LiveSink {
  private sink: Sink | null = null;
  private fields: readonly JournalField[] | null = null;

  constructor(
    private file: OutputFile,
    private readonly record: Pick<RunRecord, 'id' | 'output'>,
    private stale: boolean,
  ) {}

  async write(block: ResultBlock, fields: readonly JournalField[]): Promise<void> {
    if (this.stale) return;
    if (this.sink === null) {
      this.fields = fields;
      this.sink = makeSink(this.record.output.format, fields, this.file);
    } else if (!sameFields(fields, this.fields as readonly JournalField[])) {
      this.stale = true;
      return;
    }
    await this.sink.write(conform(block, fields));
  }

  async finish(folder: string, content: JournalContent, signal: AbortSignal | undefined): Promise<void> {
    if (this.stale || this.sink === null) {
      await this.discard();
      this.file = await OutputFile.open(this.record.output.path, this.record.id);
      this.sink = makeSink(this.record.output.format, content.fields, this.file);
      for await (const block of untilAborted(readBlocks(folder, content), signal)) await this.sink.write(block);
    }
    await this.sink.finish();
    await this.file.commit();
  }

  /** Nothing half-written stays. */
  async discard(): Promise<void> {
    await this.sink?.abandon?.();
    await this.file.discard();
  }
}
