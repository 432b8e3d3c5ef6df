const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes for people: `812 B`, `3.4 kB`, `500 MB`. Steps of 1,024, as the service counts its 500 MB. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** Compares by UTF-16 code units, so that order does not depend on a machine's language. For `sort`. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
