/** What went wrong with files of a run, as their user is told. */
import { Failure, systemCode } from '../errors/index.js';

/** What a failed write means, in words. */
export function writeFailure(error: unknown, where: string): Failure {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Failure({ code: 'disk-full', message: `The disk is full: ${where} cannot be written.`, why: 'Results that cannot be stored would be lost.', next: 'Make room, then continue the run: plugin run --resume', cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new Failure({ code: 'output-not-writable', message: `${where} cannot be written: permission denied.`, why: 'The results have to go somewhere.', next: 'Choose another place with --output, or change the permissions of the folder.', cause: error });
  }
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new Failure({ code: 'output-not-writable', message: `${where} cannot be written: a part of its path is a file.`, why: 'The results have to go somewhere.', next: 'Choose another place with --output.', cause: error });
  }
  return new Failure({ code: 'write-failed', message: `${where} cannot be written: ${(error as Error).message}.`, why: 'Results that cannot be stored would be lost.', next: 'Mend the cause, then continue the run: plugin run --resume', cause: error });
}

/** The same for the plugin's own `.plugsmith`, before anything has begun: no other place can be named, nothing continued. */
export function stateFailure(error: unknown, where: string): Failure {
  const { code, message } = writeFailure(error, where);
  const next = code === 'disk-full' ? 'Make room, then run the command again.' : 'Change its permissions or what is in its place, or work on a copy of the plugin.';
  return new Failure({ code, message, why: "Bundles and runs are kept in the plugin's folder.", next, cause: error });
}
