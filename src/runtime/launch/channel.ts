/** Frames to and from a worker, over the two descriptors that are theirs. */
import type { Socket } from 'node:net';
import { FrameReader, ProtocolError, checkWords, encodeFrame, type Frame, type ToWorker } from '../../protocol/wire.js';
import type { Window } from './window.js';

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
 * @param window where it may put long answers
 * @returns what sends to it
 */
export function openChannel(input: Socket, output: Socket, window: Window | null, listener: Listener): Send {
  const reader = new FrameReader();
  output.on('data', (chunk: Buffer) => {
    let frames: Frame[];
    try {
      frames = reader.push(chunk);
      for (const { header } of frames) checkWords(header);
      if (window !== null) frames = frames.map((frame) => collected(frame, window));
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
    const place = message.type === 'rows' ? window?.lend(message.id) : undefined;
    const chunks = encodeFrame(place === undefined ? message : { ...message, window: place }, body);
    // Two or more chunks are one write.
    if (chunks.length > 1) input.cork();
    for (const chunk of chunks) input.write(chunk);
    if (chunks.length > 1) input.uncork();
  };
}

/** A frame with the body that its worker put into the window. @throws ProtocolError when it is not there */
function collected(frame: Frame, window: Window): Frame {
  const { id, type, window_bytes: bytes } = frame.header;
  if (type !== 'result' && type !== 'error') return frame;
  const at = window.settle(id as number);
  if (bytes === undefined) return frame;
  const body = at !== undefined && Number.isSafeInteger(bytes) && (bytes as number) > 0 && frame.body.byteLength === 0 ? window.read(at, bytes as number) : null;
  if (body === null) throw new ProtocolError('the body of an answer is not in the window, where it is said to be');
  return { header: frame.header, body };
}
