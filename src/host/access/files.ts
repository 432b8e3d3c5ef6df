/** Key files: written once, whole, readable by the owner only. */
import { readFileSync } from 'node:fs';
import { systemCode } from '../../errors/index.js';
import { replaceFile } from '../../files/index.js';

/** The file's text, or undefined where there is none. */
export function readKeyFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces the file in one step, durably. */
export function writeKeyFile(file: string, text: string): void {
  replaceFile(file, text, { mode: 0o600, durable: true });
}
