/** Where results go. A sink writes beside its target and takes its name only when it is complete. */
import type { Block } from '../../protocol/index.js';

export { OutputFile } from './file.js';
export { formatOf, makeSink, type FormatName } from './formats.js';
export { Output, VECTOR_MODES, type OutputTarget, type VectorMode } from './output.js';

/**
 * Turns blocks into bytes that depend on the blocks' rows alone: how they were grouped must not show. What a call
 * returns is valid until the next one, so write or copy it first.
 */
export interface Format {
  push(block: Block): Uint8Array[];
  end(): Uint8Array[];
}

export interface Sink {
  write(block: Block): Promise<void>;
  finish(): Promise<void>;
  /** Gives up what is not written yet; nothing of it touches the file afterwards. */
  abandon?(): Promise<void>;
}
