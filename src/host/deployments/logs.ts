/**
 * The log of one deployment: lines of JSON in two files, the older of which goes when the newer one is full. It may lose
 * its last lines in a crash of the machine, and lines on a full disk; it says what a plugin did, and nothing else depends
 * on it.
 */
import { EventEmitter } from 'node:events';
import { appendFileSync, closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { systemCode } from '../../errors/index.js';
import { isoTime, type Clock } from '../clock.js';

export interface LogEntry {
  /** Rises by one, also over restarts of the host. */
  seq: number;
  time: string;
  level: string;
  /** `stdout`, `stderr`, `log` (the plugin's logger), or `host`. */
  source: string;
  message: string;
}

type Said = Pick<LogEntry, 'level' | 'source' | 'message'>;

const MAX_MESSAGE = 8192;
const SHORTEST_HIDDEN = 4;
const MAX_BEHIND = 10_000;
/** What control characters become: they could move the cursor of whoever reads the log. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

export class DeploymentLog {
  private readonly emitter = new EventEmitter();
  private seq: number;
  private bytes: number;
  private second = 0;
  private inSecond = 0;
  private dropped = 0;
  /** Lines that the disk refused since the last one that it took. */
  private refused = 0;
  private readonly hidden = new Set<string>();

  /**
   * @param file `<plugin id>.ndjson`; the older half is `<file>.1`
   */
  constructor(
    private readonly file: string,
    private readonly clock: Clock,
    private readonly limits: { bytes: number; linesPerSecond: number },
  ) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    this.emitter.setMaxListeners(0);
    cutTorn(file);
    this.seq = this.read(0, Infinity).at(-1)?.seq ?? 0;
    this.bytes = existsSync(file) ? statSync(file).size : 0;
  }

  /** Replaces a secret by `***` in everything that is written from now on. Shorter ones would blot out ordinary words. */
  hide(secret: string): void {
    for (const part of [secret, ...secret.split('\n')]) if (part.length >= SHORTEST_HIDDEN) this.hidden.add(part);
  }

  write(level: string, source: string, message: string): void {
    const now = this.clock.now();
    if (!this.hasRoom(this.clock.elapsed(), now)) return;
    this.append(now, { level, source, message: this.clean(message) });
  }

  /** Entries after `after`, oldest first, at most `limit`. */
  read(after: number, limit: number): LogEntry[] {
    const found: LogEntry[] = [];
    for (const file of [`${this.file}.1`, this.file]) {
      if (!existsSync(file)) continue;
      // What stands behind the last line end is half a line, or nothing.
      for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
        const entry = JSON.parse(line) as LogEntry;
        if (entry.seq > after) found.push(entry);
      }
    }
    return found.slice(0, limit);
  }

  /** The `seq` after which there are `count` entries. */
  before(count: number): number {
    return Math.max(0, this.seq - count);
  }

  /**
   * Entries after `after`, then each new one, until the signal ends. A reader who falls too far behind is cut off, and
   * may come again with the last `seq` that it saw.
   */
  async *follow(after: number, signal: AbortSignal): AsyncGenerator<LogEntry> {
    const fresh: LogEntry[] = [];
    let wake = (): void => undefined;
    const onEntry = (entry: LogEntry): void => {
      fresh.push(entry);
      wake();
    };
    const onEnd = (): void => wake();
    this.emitter.on('entry', onEntry);
    signal.addEventListener('abort', onEnd);
    try {
      let seen = after;
      for (const entry of this.read(after, Infinity)) {
        yield entry;
        seen = entry.seq;
      }
      while (!signal.aborted && fresh.length < MAX_BEHIND) {
        const entry = fresh.shift();
        if (entry === undefined) await new Promise<void>((awake) => (wake = awake));
        else if (entry.seq > seen) {
          yield entry;
          seen = entry.seq;
        }
      }
    } finally {
      this.emitter.off('entry', onEntry);
      signal.removeEventListener('abort', onEnd);
    }
  }

  /** A plugin that floods its log must not keep the host busy: what is too much in a second is counted, and told in the next. */
  private hasRoom(elapsed: number, now: number): boolean {
    const second = Math.floor(elapsed / 1000);
    if (second !== this.second) {
      if (this.dropped > 0) this.append(now, noteOf(`${this.dropped} lines were dropped: more than ${this.limits.linesPerSecond} in a second`));
      this.second = second;
      this.inSecond = 0;
      this.dropped = 0;
    }
    this.inSecond += 1;
    if (this.inSecond <= this.limits.linesPerSecond) return true;
    this.dropped += 1;
    return false;
  }

  private clean(message: string): string {
    // Escapes first: they could stand in the middle of a secret. Longer secrets first: one may hold another.
    const text = stripVTControlCharacters(message).replace(CONTROL, ' ');
    return [...this.hidden].sort((a, b) => b.length - a.length).reduce((masked, secret) => masked.replaceAll(secret, '***'), text).slice(0, MAX_MESSAGE);
  }

  /** A line that the disk refuses is counted, and told of with the next one that it takes. Who follows sees it in any case. */
  private append(now: number, said: Said): void {
    const all = this.refused === 0 ? [said] : [noteOf(`${this.refused} lines before this one could not be written to the disk`), said];
    let entries = all.map((one): LogEntry => ({ seq: (this.seq += 1), time: isoTime(now), ...one }));
    try {
      this.keep(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      this.refused = 0;
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      this.refused += 1;
      entries = entries.slice(-1);
    }
    for (const entry of entries) this.emitter.emit('entry', entry);
  }

  private keep(line: string): void {
    if (this.refused > 0) cutTorn(this.file);
    if (this.bytes + line.length > this.limits.bytes / 2) {
      if (existsSync(this.file)) renameSync(this.file, `${this.file}.1`);
      this.bytes = 0;
    }
    appendFileSync(this.file, line, { mode: 0o600 });
    this.bytes += Buffer.byteLength(line);
  }
}

/** What the host says of a log in it. */
function noteOf(message: string): Said {
  return { level: 'warn', source: 'host', message };
}

/** A crash, or a full disk, may leave half a line at the end. */
function cutTorn(file: string): void {
  if (!existsSync(file)) return;
  const handle = openSync(file, 'r');
  const { size } = fstatSync(handle);
  closeSync(handle);
  const text = readFileSync(file);
  const end = text.lastIndexOf(10) + 1;
  if (end < size) truncateSync(file, end);
}
