/** What `require` finds at a relative path. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { systemCode } from '../../../errors/index.js';
import type { SourceFile } from '../../rule.js';

const CODE = /\.(?:[cm]?[jt]s|[jt]sx|json)$/i;
const TRIED = ['.js', '.json', '.ts', '.cjs', '.cts', '.tsx', '.jsx'];

/**
 * Whether `require(name)` loads code or JSON that is scanned as such. It takes a file of exactly that name first, and
 * runs it as JavaScript whatever its extension; `./core.config` may well be `core.config.js`.
 */
export function isRequiredCode(name: string, file: SourceFile): boolean {
  if (CODE.test(name) || /(?:^|[\\/])\.{0,2}$/.test(name)) return true;
  file.asksForOthers = true;
  const folder = path.resolve(file.cwd ?? '.');
  const target = path.resolve(folder, path.dirname(file.path), name);
  // What lies outside is nobody's business: a host would tell strangers what files it has.
  const isThere = (place: string) => place.startsWith(folder + path.sep) && isFile(place);
  if (/\.node$/i.test(name) || isThere(target)) return false;
  return !path.basename(name).includes('.') || TRIED.some((extension) => isThere(target + extension));
}

function isFile(target: string): boolean {
  try {
    return statSync(target).isFile();
  } catch (error) {
    // Nobody can load what has no place on this disk.
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}
