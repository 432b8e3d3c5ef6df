/** Texts of the page. */

/** Safe between tags and in quoted attributes, whatever a row or an error message holds. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'\u0000-\u0008\u000b-\u001f\u007f]/g, (char) => (char < ' ' || char === '\u007f' ? '\ufffd' : `&#${char.charCodeAt(0)};`));
}

/** JSON inside a script element: no `<` may end it. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** Milliseconds as people say them. */
export function clock(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** Milliseconds of one row, three digits that count. */
export function fine(ms: number): string {
  return `${ms >= 100 ? Math.round(ms).toLocaleString('en-US') : Number(ms.toPrecision(3))} ms`;
}

/** `1 batch`, `2 batches`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** Never an incomplete share as 100%. */
export function percent(share: number): string {
  const value = share < 1 ? Math.min(share * 100, 99.9) : 100;
  return `${value.toFixed(value === 100 || value === 0 ? 0 : 1)}%`;
}
