/** Extra fields of a zip header. */
import { crc32 } from 'node:zlib';
import { decodeUtf8, readSize } from './bytes.js';
import { refuse, shown } from './refuse.js';

const ZIP64 = 0x0001;
const STRONG_ENCRYPTION = 0x0017;
const UNICODE_PATH = 0x7075;
const PKWARE_UNIX = 0x000d;
const ASI_UNIX = 0x756e;
const AES = 0x9901;

/** The fields by id. @throws Failure `archive-extra-field`, `archive-encrypted` */
export function readExtra(bytes: Buffer, name: string): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) throw refuse('extra-field', `The extra field of ${shown(name)} is cut.`);
    const id = bytes.readUInt16LE(at);
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end > bytes.length) throw refuse('extra-field', `The extra field of ${shown(name)} is longer than its room.`);
    if (fields.has(id)) throw refuse('extra-field', `The extra field of ${shown(name)} holds the same kind twice.`);
    fields.set(id, bytes.subarray(at + 4, end));
    at = end;
  }
  if (fields.has(STRONG_ENCRYPTION) || fields.has(AES)) throw refuse('encrypted', `The entry ${shown(name)} is encrypted.`, 'Pack it without a password.');
  return fields;
}

/** Numbers that did not fit their place in the header, in the order in which they stand there. @throws Failure `archive-zip64` */
export function widen<T extends Record<string, number>>(fields: Map<number, Buffer>, values: T, name: string): T {
  const field = fields.get(ZIP64);
  const wide: Record<string, number> = { ...values };
  const missing = Object.keys(values).filter((key) => values[key] === 0xffffffff);
  if (field === undefined ? missing.length > 0 : field.length < missing.length * 8) throw refuse('zip64', `The sizes of ${shown(name)} are not there.`);
  missing.forEach((key, i) => (wide[key] = readSize(field as Buffer, i * 8)));
  // Where nothing was missing, some programs take these numbers all the same, so they must be the ones of the header.
  const spare = missing.length > 0 ? [] : Object.keys(values).slice(0, Math.floor((field?.length ?? 0) / 8));
  spare.forEach((key, i) => {
    if (![0n, BigInt(values[key] as number)].includes((field as Buffer).readBigUInt64LE(i * 8))) throw refuse('zip64', `The entry ${shown(name)} has two sizes.`);
  });
  return wide as T;
}

/**
 * The entry's name. It must be UTF-8, whether its flag says so or not: Linux' zip writes UTF-8 and leaves the flag out.
 * @throws Failure `archive-name-encoding`
 */
export function readName(bytes: Buffer, fields: Map<number, Buffer>): string {
  const name = decodeUtf8(bytes);
  if (name === null) throw refuse('name-encoding', `The name ${shown(bytes.toString('latin1'))} is not UTF-8.`);
  checkSecondName(bytes, fields);
  return name;
}

/**
 * Old Unix fields hold a mode and the target of a link of their own, which some programs follow.
 * @returns the mode, 0 where there is none
 * @throws Failure `archive-link`
 */
export function unixMode(fields: Map<number, Buffer>, name: string): number {
  const [pkware, asi] = [fields.get(PKWARE_UNIX), fields.get(ASI_UNIX)];
  if ((pkware?.length ?? 0) > 12 || (asi?.length ?? 0) > 14) throw refuse('link', `The entry ${shown(name)} has the target of a link in its extra field.`, 'Put the file itself there.');
  return asi !== undefined && asi.length >= 6 ? asi.readUInt16LE(4) : 0;
}

/** A Unicode Path field must give the same name once more. @throws Failure `archive-name-encoding` */
export function checkSecondName(name: Buffer, fields: Map<number, Buffer>): void {
  const field = fields.get(UNICODE_PATH);
  if (field === undefined) return;
  if (field.length >= 5 && field[0] === 1 && field.readUInt32LE(1) === crc32(name) && field.subarray(5).equals(name)) return;
  throw refuse('name-encoding', `The entry ${shown(name.toString('latin1'))} has another name in its extra field.`);
}
