/** Errors of plugin code, told with the author's file and line. Source maps are on, so stacks name the sources. */
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Told {
  name: string;
  message: string;
  /** `processors/core.ts:31:9`, relative to the plugin's folder; null when no frame lies in it. */
  at: string | null;
}

/** Anything thrown, as name, message and place. */
export function tell(error: unknown, root: string): Told {
  if (!(error instanceof Error)) return { name: typeof error, message: safeString(error), at: null };
  const cause = error.cause instanceof Error ? ` (cause: ${error.cause.message})` : '';
  return { name: error.name || error.constructor.name, message: `${issuesOf(error) ?? error.message}${cause}`, at: placeOf(error, root) };
}

/** The message of a zod error is a JSON document; its issues read better. */
function issuesOf(error: Error): string | null {
  const { issues } = error as { issues?: unknown };
  if (!Array.isArray(issues) || issues.length === 0) return null;
  return (issues as { path?: PropertyKey[]; message?: string }[]).map(({ path = [], message = '' }) => (path.length > 0 ? `${path.map(String).join('.')}: ${message}` : message)).join('; ');
}

function safeString(value: unknown): string {
  try {
    return typeof value === 'object' ? (JSON.stringify(value) ?? String(value)) : String(value);
  } catch {
    return 'a value that cannot be shown';
  }
}

/** The innermost stack frame inside the plugin's folder. */
export function placeOf(error: Error, root: string): string | null {
  for (const line of (error.stack ?? '').split('\n')) {
    const match = /(?:^at (?:async )?|\s\()((?:file:\/\/)?\/[^<>]+):(\d+):(\d+)\)?$/.exec(line.trim());
    if (!match) continue;
    const [, where = '', row, column] = match;
    const path = relative(resolve(root), where.startsWith('file://') ? fileURLToPath(where) : where);
    if (path.startsWith('..') || path.includes(`node_modules${sep}`) || path.startsWith(`.plugsmith${sep}`)) continue;
    return `${path.split(sep).join('/')}:${row}:${column}`;
  }
  return null;
}
