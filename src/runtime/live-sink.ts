/** The output of a run in progress. */
import { untilAborted } from './abort.js';
import type { Block } from '../protocol/index.js';
import { readBlocks, sameFields, type JournalContent, type JournalField } from './journal/index.js';
import type { RunRecord } from './runs.js';
import { Output } from './sinks/index.js';

/** Writes the output while the run goes on; when the schema widened meanwhile, writes it anew from the journal. */
export class LiveSink {
  private fields: readonly JournalField[] | null = null;

  constructor(
    private output: Output,
    private readonly record: Pick<RunRecord, 'id' | 'output'>,
    private stale: boolean,
  ) {}

  /** @param block as the journal has it, in these fields */
  async write(block: Block, fields: readonly JournalField[]): Promise<void> {
    if (this.stale) return;
    if (!this.output.begun) {
      this.fields = fields;
      await this.output.begin(fields);
    } else if (!sameFields(fields, this.fields as readonly JournalField[])) {
      this.stale = true;
      return;
    }
    await this.output.write(block);
  }

  async finish(folder: string, content: JournalContent, signal: AbortSignal | undefined): Promise<void> {
    if (this.stale || !this.output.begun) {
      await this.discard();
      this.output = await Output.open(this.record.output, this.record.id);
      await this.output.begin(content.fields);
      for await (const block of untilAborted(readBlocks(folder, content), signal)) await this.output.write(block);
    }
    await this.output.commit();
  }

  /** Nothing half-written stays. */
  async discard(): Promise<void> {
    await this.output.discard();
  }
}
