/** Frames to and from a worker, over the two descriptors that are theirs. */
import type { Socket } from 'node:net';
import { FrameReader, ProtocolError, checkWords, encodeFrame, type Frame, type ToWorker } from '../../protocol/wire.js';

/** Writes one message, with the chunks of its body. */
export type Send = (message: ToWorker, body?: readonly Uint8Array[]) => void;

/** Who hears a worker. */
export interface Listener {
  onFrame(frame: Frame): void;
  /** What came is no frame, or no message: nothing that follows can be trusted. */
  onBroken(why: string): void;
}

/**
 * Listens to a worker.
 *
 * @param input what the worker reads, @param output what it writes
 * @returns what sends to it
 */
export function openChannel(input: Socket, output: Socket, listener: Listener): Send {
  const reader = new FrameReader();
  output.on('data', (chunk: Buffer) => {
    let frames: Frame[];
    try {
      frames = reader.push(chunk);
      for (const { header } of frames) checkWords(header);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      listener.onBroken(error.message);
      return;
    }
    for (const frame of frames) listener.onFrame(frame);
  });
  // A worker that died mid-write breaks these pipes; the exit event tells the story.
  input.on('error', () => undefined);
  output.on('error', () => undefined);
  return (message, body = []) => {
    const chunks = encodeFrame(message, body);
    // Two or more chunks are one write.
    if (chunks.length > 1) input.cork();
    for (const chunk of chunks) input.write(chunk);
    if (chunks.length > 1) input.uncork();
  };
}
