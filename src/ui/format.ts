/** Numbers, times and tables as text. Pure. Always English: output must not depend on the machine's locale. */

/** `1234567` as `1,234,567`; at most `digits` decimal places (none unless told). */
export function formatNumber(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** Seconds as `0.35 s`, `12.3 s`, `2 min 05 s`, `1 h 02 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 0.995) return `${formatNumber(seconds, 2)} s`;
  if (seconds < 59.95) return `${formatNumber(seconds, 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}

/** Seconds as a clock: `0:21`, `12:05`, `1:02:03`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/** `1 row`, `1,200 rows`. The plural is the word with an `s` unless told. */
export function plural(count: number, word: string, many = `${word}s`): string {
  return `${formatNumber(count)} ${count === 1 ? word : many}`;
}

export interface Column {
  title: string;
  align?: 'left' | 'right';
}

/** Rows as aligned columns, two spaces apart, titles first. No line ends in spaces; no final line end. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map((column) => column.title), ...rows];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => width(line[index] ?? ''))));
  const cell = (text: string, index: number): string => {
    const space = ' '.repeat((widths[index] ?? 0) - width(text));
    return columns[index]?.align === 'right' ? space + text : text + space;
  };
  return lines.map((line) => columns.map((_, index) => cell(line[index] ?? '', index)).join('  ').trimEnd()).join('\n');
}

/** Each line of `text` after `by` spaces; empty lines stay empty. */
export function indent(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}

/** Control characters, which come in with other people's data, must not steer the reader's terminal. Line ends stay. */
export function printable(text: string): string {
  return text.replace(/\t/g, ' ').replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\uFFFD');
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** Columns on a terminal, near enough: colour codes count nothing, and characters outside the BMP count once. */
function width(text: string): number {
  return [...text.replace(/\u001b\[[0-9;]*m/g, '')].length;
}
