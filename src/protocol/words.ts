/** What people read of a worker's messages. A frame comes from plugin code as easily as from the worker's own. */
import { ProtocolError, type Header } from './frames.js';

/** Keys that must hold text, and those that may be left out. */
const WORDS: ReadonlyMap<string, { always: readonly string[]; perhaps: readonly string[] }> = new Map([
  ['error', { always: ['code', 'message'], perhaps: ['why', 'next', 'at'] }],
  ['log', { always: ['level', 'message'], perhaps: ['step'] }],
  ['metric', { always: ['name'], perhaps: [] }],
  ['rpc', { always: ['method'], perhaps: [] }],
]);

/** @throws ProtocolError where a message of a worker has anything but text for its words */
export function checkWords(header: Header): void {
  const words = WORDS.get(header.type);
  if (words === undefined) return;
  const isText = (key: string): boolean => typeof header[key] === 'string';
  const wrong = words.always.find((key) => !isText(key)) ?? words.perhaps.find((key) => header[key] != null && !isText(key));
  if (wrong !== undefined) throw new ProtocolError(`"${wrong}" of ${header.type} is no text`);
}
