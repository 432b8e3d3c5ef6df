/** Refusing an archive that came from elsewhere. */
import { Failure } from '../../errors/index.js';

/** @param code without the leading `archive-` */
export function refuse(code: string, message: string, next = 'Make the archive again with: plugin package'): Failure {
  return new Failure({
    code: `archive-${code}`,
    message,
    why: 'Programs would disagree about what such an archive holds, or it would do harm when unpacked.',
    next,
  });
}

/** A name for a message: control characters and marks as escapes, so that it cannot act on a terminal; long ones cut. */
export function shown(name: string): string {
  const safe = JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
  return safe.replace(/[^\x20-\x7e]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
