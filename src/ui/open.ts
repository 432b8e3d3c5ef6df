/** Showing a file in whatever the desktop shows such files with. */
import { spawn } from 'node:child_process';
import { Failure } from '../errors/index.js';

/** @throws Failure `cannot-open`, with the path to open by hand */
export function openFile(path: string): Promise<void> {
  const [program, args] = process.platform === 'darwin' ? ['open', [path]] : ['xdg-open', [path]];
  const failure = (reason: string): Failure => new Failure({ code: 'cannot-open', message: `${program} cannot show ${path}: ${reason}.`, why: 'It was written all the same.', next: `Open it yourself: ${path}` });
  return new Promise((resolve, reject) => {
    const child = spawn(program as string, args as string[], { stdio: 'ignore', detached: true });
    child.once('error', (error: NodeJS.ErrnoException) => reject(failure(error.code === 'ENOENT' ? 'there is no such program here' : error.message)));
    child.once('exit', (code) => (code === 0 ? resolve() : reject(failure(`it ended with ${code}`))));
  });
}
