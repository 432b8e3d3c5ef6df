/** Analyses of files by their content, so that unchanged files are not read by the rules again. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, systemCode } from '../errors/index.js';
import { makeFolder, replaceFile } from '../files/index.js';
import { cacheDir } from '../native/index.js';
import type { Analysis } from './engine.js';

/** Entries that a run did not ask for are kept up to this number: runs over parts of a folder share one file. */
const mostEntries = 20_000;

interface Header {
  version: 1;
  build: string;
  /** SHA-256 of the rest of the file. */
  sum: string;
}

/** What was found in files, by path and text. Levels of rules play no part in it: they are applied afterwards. */
export class AnalysisCache {
  readonly #path: string;
  readonly #build: string;
  readonly #entries: Map<string, Analysis>;
  readonly #asked = new Set<string>();
  #changed = false;

  /**
   * Opens a cache. A file that is damaged, or of another build, counts as empty: findings come from it only when its
   * checksum holds.
   *
   * @param path the file; need not exist.
   * @param build what the rules are; entries of another build are never used.
   */
  constructor(path: string, build: string) {
    this.#path = path;
    this.#build = build;
    this.#entries = read(path, build);
  }

  /** What stands for a file, or a folder, with this content. */
  key(file: string, content: string | Uint8Array): string {
    return createHash('sha256').update(`${file}\0`).update(content).digest('base64url');
  }

  get(key: string): Analysis | undefined {
    this.#asked.add(key);
    return this.#entries.get(key);
  }

  set(key: string, analysis: Analysis): void {
    // What could not be scanned may have been short of time or memory: it gets another chance. What other files had a
    // part in is not told by the text alone.
    if (analysis.findings.some(({ rule }) => rule === 'SEC-UNREADABLE') || analysis.asksForOthers) return;
    this.#entries.set(key, analysis);
    this.#changed = true;
  }

  /** @returns why it could not be written; nothing is lost then but time. */
  save(): string | undefined {
    if (!this.#changed) return undefined;
    if (this.#entries.size > mostEntries) for (const key of this.#entries.keys()) if (!this.#asked.has(key)) this.#entries.delete(key);
    const body = JSON.stringify([...this.#entries]);
    const header: Header = { version: 1, build: this.#build, sum: sha256(body) };
    try {
      makeFolder(dirname(this.#path));
      replaceFile(this.#path, `${JSON.stringify(header)}\n${body}`);
    } catch (error) {
      return `The lint cache ${this.#path} cannot be written (${systemCode(error) ?? messageOf(error)}).`;
    }
    this.#changed = false;
    return undefined;
  }
}

/**
 * The cache for a working folder, in the cache folder of Plugsmith; undefined when run from the sources, where nothing
 * tells one state of the rules from the next.
 *
 * @param version of Plugsmith.
 */
export function cacheFor(cwd: string, version: string): AnalysisCache | undefined {
  const build = buildId(import.meta.url, version);
  return build === undefined ? undefined : new AnalysisCache(join(cacheDir(), 'lint', `${sha256(cwd).slice(0, 24)}.cache`), build);
}

// The built file is named by its content and that of all it loads; size and time also see a build in place.
function buildId(module: string, version: string): string | undefined {
  if (module.endsWith('.ts')) return undefined;
  const file = fileURLToPath(module);
  const { size, mtimeMs } = statSync(file);
  return [version, process.versions.node, basename(file), size, mtimeMs].join(' ');
}

function read(path: string, build: string): Map<string, Analysis> {
  try {
    const content = readFileSync(path, 'utf8');
    const end = content.indexOf('\n');
    const header = JSON.parse(content.slice(0, end)) as Partial<Header> | null;
    const body = content.slice(end + 1);
    if (header?.version !== 1 || header.build !== build || header.sum !== sha256(body)) return new Map();
    return new Map(JSON.parse(body) as [string, Analysis][]);
  } catch {
    // Whatever is wrong with it, the answer is the same: everything is analysed, and the file is written anew.
    return new Map();
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
