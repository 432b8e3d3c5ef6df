import { Failure } from '../errors/index.js';
import { IGNORE_FILE } from './ignores.js';
import { byCodeUnits, formatBytes } from './size.js';

/** What a host accepts. Sizes in bytes. */
export const limits = {
  archiveBytes: 500 * 1024 * 1024,
  extractedBytes: 500 * 1024 * 1024,
  files: 1000,
} as const;

interface Sized {
  path: string;
  bytes: number;
}

const NAMED = 5;

/**
 * Checks number and total size of files.
 * @throws Failure `archive-too-many-files` or `archive-too-large`, naming what is largest and what to ignore.
 */
export function checkLimits(files: readonly Sized[]): void {
  if (files.length > limits.files) {
    const folders = folderTotals(files).sort((a, b) => b.files - a.files || byCodeUnits(a.path, b.path)).slice(0, NAMED);
    throw new Failure({
      code: 'archive-too-many-files',
      message: `The plugin has ${files.length.toLocaleString('en')} files; a host accepts ${limits.files.toLocaleString('en')}.${lines(folders.map((folder) => `${folder.path}  ${folder.files.toLocaleString('en')} files`))}`,
      why: 'The host would refuse the archive after the upload.',
      next: `Keep out what the plugin does not need at run time: add lines such as ${example(folders)} to ${IGNORE_FILE}.`,
      details: { files: files.length, limit: limits.files, folders },
    });
  }
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  if (total > limits.extractedBytes) throw tooLarge(files, `The files of the plugin are ${formatBytes(total)} together`, total);
}

/** The failure for an archive or its contents being larger than the limit; names the largest files and folders. */
export function tooLarge(files: readonly Sized[], what: string, total: number): Failure {
  const bySize = <T extends Sized>(list: T[]): T[] => list.sort((a, b) => b.bytes - a.bytes || byCodeUnits(a.path, b.path)).slice(0, NAMED);
  const largest = bySize(files.map(({ path, bytes }) => ({ path, bytes })));
  const folders = bySize(folderTotals(files));
  return new Failure({
    code: 'archive-too-large',
    message: `${what}; a host accepts ${formatBytes(limits.extractedBytes)}.${lines([...largest, ...folders].map(({ path, bytes }) => `${path}  ${formatBytes(bytes)}`))}`,
    why: 'The host would refuse the archive after the upload.',
    next: `Keep out what the plugin does not need: add lines such as ${example(largest)} to ${IGNORE_FILE}. Load large models at run time instead of packing them.`,
    details: { bytes: total, limit: limits.extractedBytes, largest, folders },
  });
}

function folderTotals(files: readonly Sized[]): { path: string; bytes: number; files: number }[] {
  const totals = new Map<string, { path: string; bytes: number; files: number }>();
  for (const file of files) {
    for (let cut = file.path.indexOf('/'); cut !== -1; cut = file.path.indexOf('/', cut + 1)) {
      const path = file.path.slice(0, cut + 1);
      const total = totals.get(path) ?? { path, bytes: 0, files: 0 };
      total.bytes += file.bytes;
      total.files += 1;
      totals.set(path, total);
    }
  }
  return [...totals.values()];
}

function lines(items: string[]): string {
  return items.map((item) => `\n  ${item}`).join('');
}

function example(items: Sized[]): string {
  return items.slice(0, 2).map(({ path }) => `/${path}`).join(' and ') || '/FOLDER/';
}
