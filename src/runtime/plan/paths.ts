/** Where relative paths in `data` begin: at the folder of the input, so that rows and files can be moved together. */
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { isFolder } from '../../files/index.js';

/** The folder of an input: that of a file, a folder itself, and the current one for standard input. Absolute. */
export function baseFolder(input: string): string {
  if (input === '-') return process.cwd();
  const path = resolve(input);
  return isFolder(path) ? path : dirname(path);
}

/** `data` as the plugin sees it. Text is text, and a path or URL that says where it begins stays as it is. */
export function placed(data: string | null, mime: string | null, base: string): string | null {
  if (data === null || data === '' || mime === null || mime.startsWith('text/')) return data;
  return isAbsolute(data) || /^[a-z][a-z0-9+.-]*:/i.test(data) ? data : join(base, data);
}
