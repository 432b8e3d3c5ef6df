/** Whether two runs over the same rows gave the same, within a tolerance for numbers. Pure. */

type Rows = readonly (Record<string, unknown> | null)[];

/** The first difference in words, or null. */
export function compareRows(expected: Rows, actual: Rows, tolerance: number): string | null {
  if (expected.length !== actual.length) return `${actual.length} rows instead of ${expected.length}`;
  for (const [i, row] of expected.entries()) {
    const other = actual[i] ?? null;
    if (row === null || other === null) {
      if (row !== other) return `row ${i + 1} ${other === null ? 'fails' : 'no longer fails'}`;
      continue;
    }
    for (const name of new Set([...Object.keys(row), ...Object.keys(other)])) {
      if (!close(row[name] ?? null, other[name] ?? null, tolerance)) return `row ${i + 1}, "${name}": ${show(row[name])} and ${show(other[name])}`;
    }
  }
  return null;
}

function close(a: unknown, b: unknown, tolerance: number): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b || Math.abs(a - b) <= tolerance || (Number.isNaN(a) && Number.isNaN(b));
  if (isList(a) && isList(b)) {
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!close(a[i], b[i], tolerance)) return false;
    return true;
  }
  if (typeof a === 'object' && a !== null && typeof b === 'object' && b !== null) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => close((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], tolerance));
  }
  return a === b;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function show(value: unknown): string {
  const text = JSON.stringify(value instanceof Float32Array ? Array.from(value.subarray(0, 3)) : (value ?? null));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
