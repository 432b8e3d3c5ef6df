/** Values of flags that are small languages of their own. */
import { Failure, jsonMessageOf, messageOf } from '../errors/index.js';
import { readSmallFile } from '../files/index.js';

/** `--params`: JSON, or `@file.json`. @throws Failure `params-invalid` */
export function parseParams(text: string | undefined, flag = '--params'): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  const source = text.startsWith('@') ? readParams(text.slice(1), flag) : text;
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw new Failure({ code: 'params-invalid', message: `${flag} is not JSON: ${jsonMessageOf(error)}.`, why: 'It is read as one JSON object.', next: `Write it like ${flag} '{"threshold": 0.5}', or ${flag} @file.json.` });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Failure({ code: 'params-invalid', message: `${flag} is not a JSON object.`, why: 'It holds values by name.', next: `Write it like ${flag} '{"threshold": 0.5}'.` });
}

function readParams(path: string, flag: string): string {
  try {
    return readSmallFile(path);
  } catch (error) {
    throw new Failure({ code: 'params-invalid', message: `${flag} @${path}: the file cannot be read: ${messageOf(error)}.`, why: 'The values are in it.', next: 'Check the path.' });
  }
}

/** `--map target=source`, repeatable. @throws Failure `usage` */
export function parseMap(entries: readonly string[]): Record<string, string> {
  const map: Record<string, string> = {};
  for (const entry of entries) {
    const at = entry.indexOf('=');
    if (at < 1 || at === entry.length - 1) throw new Failure({ code: 'usage', message: `--map ${entry} has not the form ROW_COLUMN=INPUT_COLUMN.`, why: 'It says which input column becomes which row column.', next: 'Write it like --map data=body.' });
    map[entry.slice(0, at)] = entry.slice(at + 1);
  }
  return map;
}
