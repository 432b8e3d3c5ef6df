/** What the end of a file's name says of its language. */

/** File name extensions that lint parses as code. */
export const codeExtensions = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'] as const;

/** File name extensions of Python code. */
const pythonExtensions: readonly string[] = ['.py', '.pyw'];

/** Whether a path names Python code. */
export function isPython(path: string): boolean {
  return pythonExtensions.includes(extensionOf(path));
}

/** The extension of a path, from its last dot, in lower case; empty where there is none. */
export function extensionOf(path: string): string {
  return /\.[^./\\]+$/.exec(path)?.[0].toLowerCase() ?? '';
}
