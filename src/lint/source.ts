/** Reads one file: what the policies for files say of it, and its text where it is code. */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { Failure, systemCode } from '../errors/index.js';
import { fileKindFindings, headBytes, isCode, packageFindings } from './files.js';
import type { Finding } from './finding.js';
import { decodeSource } from './text.js';
import { mayBeProgram, programFindings } from './under-another-name.js';
import { unreadableFinding } from './unreadable.js';

/** A file as it was read. */
export interface Source {
  /** Absolute. */
  path: string;
  /** As findings show it. */
  file: string;
  /** Of code, of package.json and of what may be a program. */
  text: string | null;
  /** What can be said of it without a parser. */
  found: Finding[];
  /** What has to be analysed: the name that selects the language, and the bytes that tell one state of it from another. */
  code: { name: string; bytes: Uint8Array } | null;
}

/**
 * Reads a file. Synchronously: there is nothing to do meanwhile, and a turn of the event loop per file costs more than
 * the file.
 *
 * @param extension what a link makes of it; undefined for a file that no link makes code.
 * @param limit largest code file that is looked at, in bytes.
 * @throws Failure `lint-path-unreadable`: a file that vanished or may not be read is no finding about the plugin.
 */
export async function readSource(path: string, file: string, extension: string | undefined, limit: number): Promise<Source> {
  try {
    return await read({ path, file, text: null, found: [], code: null }, extension, limit);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new Failure({
      code: 'lint-path-unreadable',
      message: `The file "${file}" cannot be read (${code}).`,
      why: 'Files that lint cannot see would go unchecked.',
      next: 'Check its permissions.',
      cause: error,
    });
  }
}

async function read(source: Source, extension: string | undefined, limit: number): Promise<Source> {
  const { path, file } = source;
  if (basename(path) === 'package.json') {
    const text = readFileSync(path, 'utf8');
    return { ...source, text, found: packageFindings(file, text) };
  }
  const isRead = isCode(path) || extension !== undefined;
  const { bytes, size } = readBytes(path, isRead ? limit : 0);
  const kind = fileKindFindings(file, bytes.subarray(0, headBytes));
  if (kind.length > 0) return { ...source, found: kind };
  if (!isRead) return mayBeProgram(path) ? { ...source, ...(await programsIn(path, file)) } : source;
  if (size > limit) {
    const what = `is too large to scan: ${size} bytes, and the limit is ${limit}`;
    return { ...source, found: [unreadableFinding(file, what, 'Split it, or move its data to a data file.')] };
  }
  const { text, problem } = decodeSource(bytes);
  const where = problem === null || problem.line === null ? '' : ` (line ${problem.line})`;
  const found = problem ? [unreadableFinding(file, `${problem.what}${where}`, 'Save it as UTF-8.')] : [];
  // A link can make any file code: it is read as the link names it, and reported where it is.
  return { ...source, text, found, code: { name: `${file}${extension ?? ''}`, bytes } };
}

async function programsIn(path: string, file: string): Promise<Pick<Source, 'text' | 'found'>> {
  const { text, problem } = decodeSource(readFileSync(path));
  return { text, found: problem ? [] : await programFindings(file, text) };
}

/** The whole of a file up to a limit; of a larger one, the start that tells its kind. */
function readBytes(path: string, limit: number): { bytes: Uint8Array; size: number } {
  const handle = openSync(path, 'r');
  try {
    const { size } = fstatSync(handle);
    if (size <= limit) return { bytes: readFileSync(handle), size };
    const bytes = new Uint8Array(headBytes);
    return { bytes: bytes.subarray(0, readSync(handle, bytes, 0, headBytes, 0)), size };
  } finally {
    closeSync(handle);
  }
}
