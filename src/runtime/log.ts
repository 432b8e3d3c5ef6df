/** What plugin code printed and logged, kept with the run and bounded, so that no plugin can fill the disk. */
import { createWriteStream, type WriteStream } from 'node:fs';

const MAX_BYTES = 8 * 1024 * 1024;

export interface LogLine {
  level: string;
  source: 'stdout' | 'stderr' | 'log';
  /** The step that was running, where the worker knows. */
  step: string | null;
  message: string;
}

export class RunLog {
  private readonly stream: WriteStream;
  private bytes = 0;
  dropped = 0;
  /** What plugin code logged as an error, promises that failed unseen among it. */
  errors = 0;
  firstError: string | null = null;

  /** @param mask hides secret values */
  constructor(
    file: string,
    private readonly mask: (text: string) => string,
    private readonly onLine?: (line: LogLine) => void,
  ) {
    this.stream = createWriteStream(file, { flags: 'a' });
    // A log that cannot be written must not end a run whose results can.
    this.stream.on('error', () => {
      this.bytes = MAX_BYTES;
    });
  }

  write(line: LogLine): void {
    const masked = { ...line, message: this.mask(line.message) };
    if (line.source === 'log' && line.level === 'error') {
      this.errors++;
      this.firstError ??= masked.message;
    }
    const text = `${JSON.stringify({ time: new Date().toISOString(), ...masked })}\n`;
    if (this.bytes + text.length > MAX_BYTES) {
      this.dropped++;
      return;
    }
    this.bytes += text.length;
    this.stream.write(text);
    this.onLine?.(masked);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.stream.end(() => resolve()));
  }
}
