/** JSON Lines: one object a line, UTF-8. Reads bytes, cuts lines, parses; blank lines are passed over. */
import { isAscii, isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { Failure, jsonMessageOf } from '../../errors/index.js';
import type { Position, RawRow, SourceChunk } from './index.js';

/** Less than a frame of short rows: those that were read and wait live long enough for V8 to keep them with what lives for ever. */
const CHUNK_BYTES = 128 * 1024;
/** A line longer than this is not a row but a file of another kind. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const NEWLINE = 10;
/** Bytes that are looked at to tell a binary file from one in another encoding. */
const LOOK_AHEAD = 4096;

/** The bytes of a file from `start` on. @throws Failure `input-changed` where it became shorter meanwhile: rows would be missing without a word */
export async function* fileChunks(path: string, start: number): AsyncIterable<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    for (let at = start; ; ) {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, at);
      if (bytesRead === 0) {
        if (at < size) throw new Failure({ code: 'input-changed', message: `${path} became shorter while it was read.`, why: 'Rows that were there when the run began are missing.', next: 'Wait until nothing writes to it any more, then run again.' });
        return;
      }
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/**
 * @param shown the input's name in messages
 * @throws Failure `input-binary`, `input-encoding`, `input-malformed`, each naming the line
 */
export async function* readJsonLines(shown: string, chunks: AsyncIterable<Buffer>, from: Position): AsyncIterable<SourceChunk> {
  // Of a line that has not ended yet. Put together once: a pipe gives a long line in a thousand pieces.
  let rest: Buffer[] = [];
  let restBytes = 0;
  let { row, byte, line } = from;
  for await (const chunk of chunks) {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last === -1) {
      rest.push(chunk);
      restBytes += chunk.byteLength;
      if (restBytes > MAX_LINE_BYTES) throw binary(shown, line + 1, `line ${line + 1} is longer than ${MAX_LINE_BYTES / 1024 / 1024} MiB`);
      continue;
    }
    const whole = chunk.subarray(0, last + 1);
    const bytes = restBytes === 0 ? whole : Buffer.concat([...rest, whole]);
    rest = [chunk.subarray(last + 1)];
    restBytes = chunk.byteLength - last - 1;
    const result = parse(shown, bytes, { row, byte, line });
    ({ row, byte, line } = result.end);
    if (result.chunk.rows.length > 0) yield result.chunk;
  }
  if (restBytes > 0) {
    const { chunk } = parse(shown, Buffer.concat(rest), { row, byte, line });
    if (chunk.rows.length > 0) yield chunk;
  }
}

function parse(shown: string, bytes: Buffer, start: Position): { chunk: SourceChunk; end: Position } {
  const ascii = isAscii(bytes);
  if (!ascii && !isUtf8(bytes)) throw encoding(shown, bytes, start.line);
  const text = ascii ? bytes.latin1Slice() : null;
  const rows: RawRow[] = [];
  const ends: Position[] = [];
  let { row, line } = start;
  for (let at = 0; at < bytes.byteLength; ) {
    const newline = bytes.indexOf(NEWLINE, at);
    const stop = newline === -1 ? bytes.byteLength : newline;
    line++;
    let content = text === null ? bytes.utf8Slice(at, stop) : text.slice(at, stop);
    if (line === 1 && content.charCodeAt(0) === 0xfeff) content = content.slice(1);
    at = newline === -1 ? stop : newline + 1;
    if (content.trim() === '') continue;
    rows.push(parseLine(shown, content, line));
    ends.push({ row: ++row, byte: start.byte + at, line });
  }
  return { chunk: { rows, ends }, end: { row, byte: start.byte + bytes.byteLength, line } };
}

function parseLine(shown: string, content: string, line: number): RawRow {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    // Control characters tell a file of another kind from a slip of the pen.
    if (/[\0-\x08\x0e-\x1f]/.test(content.slice(0, 4096))) throw binary(shown, line, 'it holds control characters');
    throw malformed(shown, line, jsonMessageOf(error), content);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(shown, line, `it holds ${value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`} instead of an object`, content);
  }
  return value as RawRow;
}

function malformed(shown: string, line: number, what: string, content: string): Failure {
  const text = content.trimEnd();
  const excerpt = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  const next =
    line > 1 ? null : content.trimStart().startsWith('[') ? 'The file looks like one JSON array; write one object a line instead (for example: jq -c ".[]" in.json > rows.jsonl).'
    : content.trim() === '{' ? 'The file looks like JSON over several lines; write each object in one line instead (for example: jq -c . in.json > rows.jsonl).'
    : /^\s*[^\s{]/.test(content) ? 'Where the input is a table and not JSON Lines, add --input-format csv, or tsv; else correct line 1.' : null;
  return new Failure({
    code: 'input-malformed',
    message: `Line ${line} of ${shown} is no row: ${what}.`,
    why: `Each line of a JSON Lines file is one object. The line begins: ${excerpt}`,
    next: next ?? `Correct line ${line}, then run again.`,
    details: { line },
  });
}

function binary(shown: string, line: number, what: string): Failure {
  return new Failure({
    code: 'input-binary',
    message: `${shown} is no JSON Lines file: ${what}.`,
    why: 'It looks like a binary file under a text name.',
    next: 'Give a text file with one JSON object a line.',
    details: { line },
  });
}

function encoding(shown: string, bytes: Buffer, before: number): Failure {
  let line = before + 1;
  for (let at = 0; at < bytes.byteLength; line++) {
    const newline = bytes.indexOf(NEWLINE, at);
    const stop = newline === -1 ? bytes.byteLength : newline;
    const content = bytes.subarray(at, stop);
    if (!isUtf8(content)) {
      // No text has zero bytes; a picture has some near its beginning, if not in its first line.
      if (line === 1 && ['fffe', 'feff'].includes(bytes.toString('hex', 0, 2))) return notUtf8(`${shown} is UTF-16, not UTF-8.`, line, 'utf-16', shown);
      if (bytes.subarray(at, Math.max(stop, at + LOOK_AHEAD)).includes(0)) return binary(shown, line, `line ${line} holds bytes that are no text`);
      break;
    }
    at = stop + 1;
  }
  return notUtf8(`Line ${line} of ${shown} is not UTF-8.`, line, 'latin1', shown);
}

function notUtf8(message: string, line: number, probably: string, shown: string): Failure {
  return new Failure({
    code: 'input-encoding',
    message,
    why: 'Rows are read as UTF-8; guessing another encoding would change the text without a word.',
    next: `Convert the file, for example: iconv -f ${probably} -t utf-8 ${shown} > utf8.jsonl`,
    details: { line },
  });
}
