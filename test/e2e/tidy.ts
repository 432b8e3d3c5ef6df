/** What no command may leave behind, whatever happened to it: half-written files, records that lie, processes. */
import { crc32 } from 'node:zlib';
import { existsSync, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/**
 * @param full whether a disk is full: then a record cannot be changed any more and may say that its run goes on, as after a kill
 * @returns one line for each thing that should not be there
 */
export async function untidy(folder: string, full = false): Promise<string[]> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const partial = files.filter((file) => /\.(partial|new|tmp)$|\.tmp-/.test(basename(file))).map((file) => relative(folder, file));
  const records = files.filter((file) => /\.plugsmith\/runs\/[^/]+\/run\.json$/.test(file)).flatMap((file) => wrongRecord(file, full).map((what) => `${relative(folder, file)}: ${what}`));
  return [...partial, ...records, ...(await processesIn(folder))];
}

/** A run that nobody runs any more must say how it ended, and its journal must hold what was committed. */
function wrongRecord(file: string, full: boolean): string[] {
  const record = JSON.parse(readFileSync(file, 'utf8')) as { status: string; content?: unknown };
  const unfinished = record.status === 'running';
  const problems = unfinished && !full ? ['says that it is still running'] : [];
  if (!unfinished && record.status !== 'failed' && record.content === undefined) problems.push(`says ${record.status} but not what its journal holds`);
  const journal = join(file, '..', 'journal');
  const commits = join(journal, 'commits');
  if (!existsSync(commits)) return problems;
  const lines = readFileSync(commits, 'utf8').split('\n').slice(0, -1);
  if (lines.some((line) => line.slice(0, 8) !== crc32(line.slice(9)).toString(16).padStart(8, '0'))) problems.push('has a commit with a wrong checksum');
  const last = lines.at(-1);
  const { segments = [] } = last === undefined ? {} : (JSON.parse(last.slice(9)) as { segments?: number[] });
  segments.forEach((bytes, i) => {
    const segment = join(journal, `${String(i).padStart(3, '0')}.arrow`);
    if (!existsSync(segment) || statSync(segment).size < bytes) problems.push(`segment ${i} is shorter than its commit says`);
  });
  return problems;
}

const GONE_WITHIN_MS = 1_500;

/** Processes that work in the folder. One that is just ending is given a moment. Linux only; elsewhere none are seen. */
async function processesIn(folder: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  for (const until = performance.now() + GONE_WITHIN_MS; ; ) {
    const found = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).flatMap((pid) => describeProcess(pid, folder));
    if (found.length === 0 || performance.now() > until) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
}

function describeProcess(pid: string, folder: string): string[] {
  try {
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    if (cwd !== folder && !cwd.startsWith(`${folder}/`)) return [];
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ');
    return command === '' ? [] : [`process ${pid}: ${command.trim()}`];
  } catch {
    // It has ended meanwhile, or is somebody else's.
    return [];
  }
}
