/** Values of flags that are small languages of their own. */
import { Failure, jsonMessageOf, messageOf } from '../errors/index.js';
import { readSmallFile } from '../files/index.js';

/** `--params`: JSON, or `@file.json`. @throws Failure `params-invalid` */
export function parseParams(text: string | undefined, flag = '--params'): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  const example = flag === '--inputs' ? '{"text": "hello"}' : '{"threshold": 0.5}';
  const source = text.startsWith('@') ? readParams(text.slice(1), flag) : text;
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw new Failure({ code: 'params-invalid', message: `${flag} is not JSON: ${jsonMessageOf(error)}.`, why: 'It is read as one JSON object.', next: `Write it like ${flag} '${example}', or ${flag} @file.json.` });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Failure({ code: 'params-invalid', message: `${flag} is not a JSON object.`, why: 'It holds values by name.', next: `Write it like ${flag} '${example}'.` });
}

function readParams(path: string, flag: string): string {
  try {
    return readSmallFile(path);
  } catch (error) {
    throw new Failure({ code: 'params-invalid', message: `${flag} @${path}: the file cannot be read: ${messageOf(error)}.`, why: 'The values are in it.', next: 'Check the path.' });
  }
}

/**
 * `--map target=source`, repeatable.
 * @param column of `--column`, which is another way to say `data=COLUMN`
 * @throws Failure `usage` for another form, and for a row column that is given twice
 */
export function parseMap(entries: readonly string[], column?: string): Record<string, string> {
  const map: Record<string, string> = {};
  for (const entry of entries) {
    const at = entry.indexOf('=');
    if (at < 1 || at === entry.length - 1) throw new Failure({ code: 'usage', message: `--map ${entry} has not the form ROW_COLUMN=INPUT_COLUMN.`, why: 'It says which input column becomes which row column.', next: 'Write it like --map data=body.' });
    const target = entry.slice(0, at);
    if (Object.hasOwn(map, target) || (target === 'data' && column !== undefined)) {
      throw new Failure({ code: 'usage', message: `--map ${entry}: "${target}" is given twice.`, why: 'A row column has one source.', next: column === undefined ? 'Leave one of them out.' : 'Leave out --column or --map data=.' });
    }
    map[target] = entry.slice(at + 1);
  }
  return map;
}
