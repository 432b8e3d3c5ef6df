/** A value of the wrong kind, in words: `undefined`, `a Promise (await it first)`, `an object of class Array`. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof Promise) return 'a Promise (await it first)';
  if (typeof value === 'object') return `an object of class ${(value as object).constructor?.name ?? 'Object'}`;
  return `${typeof value === 'undefined' ? '' : 'a '}${typeof value}`;
}
