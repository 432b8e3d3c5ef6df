/** Writes zips byte by byte, right or wrong in any way that a test needs. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipItem {
  /** As written into both headers; bytes for names that are not UTF-8. */
  name: string | Buffer;
  data?: Buffer | string;
  /** Already packed data, in place of `data`. */
  packed?: Buffer;
  method?: number;
  flags?: number;
  /** Upper half of the external attributes. */
  mode?: number;
  attributes?: number;
  /** Sizes and checksum as written, where they should not be the real ones. */
  crc?: number;
  bytes?: number;
  packedBytes?: number;
  /** The local header only. */
  local?: { name?: string | Buffer; method?: number; flags?: number; crc?: number; bytes?: number; packedBytes?: number; extra?: Buffer };
  extra?: Buffer;
  /** Behind the data, with sizes unknown in the local header. */
  descriptor?: 'signed' | 'plain' | 'wrong' | 'wide';
  /** Sizes go into ZIP64 extra fields. */
  zip64?: boolean;
  time?: number;
  date?: number;
  /** Not named by the directory. */
  hidden?: boolean;
  /** The directory points to where this entry lies instead. */
  sameAs?: number;
  offset?: number;
  comment?: string;
  disk?: number;
}

export interface ZipShape {
  prefix?: Buffer;
  /** Between the data and the directory. */
  between?: Buffer;
  suffix?: Buffer;
  comment?: Buffer;
  /** Numbers of the end record, where they should not be the real ones. */
  end?: { entries?: number; onDisk?: number; size?: number; offset?: number; disk?: number };
  zip64End?: boolean | { locatorOffset?: number; entries?: number; disk?: number };
}

const u16 = (value: number): Buffer => Buffer.from([value & 0xff, (value >>> 8) & 0xff]);
const u32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value >>> 0);
  return buffer;
};
const u64 = (value: number | bigint): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
};

/** An extra field. */
export function extraField(id: number, data: Buffer): Buffer {
  return Buffer.concat([u16(id), u16(data.length), data]);
}

/** The Unicode Path field of a name. */
export function unicodePath(headerName: string, name: string): Buffer {
  return extraField(0x7075, Buffer.concat([Buffer.from([1]), u32(crc32(headerName)), Buffer.from(name)]));
}

export function zipOf(items: readonly ZipItem[], shape: ZipShape = {}): Buffer {
  const parts: Buffer[] = [shape.prefix ?? Buffer.alloc(0)];
  let at = parts[0]?.length ?? 0;
  const places: number[] = [];
  const central: Buffer[] = [];
  for (const item of items) {
    const name = Buffer.from(item.name as string);
    const data = Buffer.from((item.data ?? '') as string);
    const method = item.method ?? (data.length === 0 && !item.packed ? 0 : 8);
    const packed = item.packed ?? (method === 8 ? deflateRawSync(data) : data);
    const isAscii = name.every((byte) => byte < 0x7f);
    const flags = item.flags ?? ((isAscii ? 0 : 0x800) | (item.descriptor ? 8 : 0));
    const real = { crc: item.crc ?? crc32(data), bytes: item.bytes ?? data.length, packed: item.packedBytes ?? packed.length };
    const local = { ...real, ...(item.descriptor ? { crc: 0, bytes: 0, packed: 0 } : {}), ...dropUndefined({ crc: item.local?.crc, bytes: item.local?.bytes, packed: item.local?.packedBytes }) };
    const localName = Buffer.from((item.local?.name ?? name) as string);
    const isWide = item.zip64 === true || item.descriptor === 'wide';
    const wide = (sizes: { bytes: number; packed: number }): Buffer => (isWide ? extraField(1, Buffer.concat([u64(sizes.bytes), u64(sizes.packed)])) : Buffer.alloc(0));
    const size = (value: number): Buffer => u32(isWide ? 0xffffffff : value);
    const localExtra = Buffer.concat([wide(local), item.local?.extra ?? item.extra ?? Buffer.alloc(0)]);
    const time = [u16(item.time ?? 0), u16(item.date ?? 0x5821)];
    const header = [u32(0x04034b50), u16(20), u16(item.local?.flags ?? flags), u16(item.local?.method ?? method), ...time, u32(local.crc), size(local.packed), size(local.bytes), u16(localName.length), u16(localExtra.length), localName, localExtra];
    places.push(item.offset ?? (item.sameAs === undefined ? at : (places[item.sameAs] as number)));
    if (item.sameAs === undefined) {
      const bytes = Buffer.concat([...header, packed, ...descriptorOf(item, real)]);
      parts.push(bytes);
      at += bytes.length;
    }
    if (item.hidden) continue;
    const extra = Buffer.concat([item.zip64 ? wide(real) : Buffer.alloc(0), item.extra ?? Buffer.alloc(0)]);
    const attributes = item.attributes ?? ((item.mode ?? 0o100644) << 16) >>> 0;
    const plainSize = (value: number): Buffer => u32(item.zip64 ? 0xffffffff : value);
    const comment = Buffer.from(item.comment ?? '');
    central.push(Buffer.concat([u32(0x02014b50), u16((3 << 8) | 20), u16(20), u16(flags), u16(method), ...time, u32(real.crc), plainSize(real.packed), plainSize(real.bytes), u16(name.length), u16(extra.length), u16(comment.length), u16(item.disk ?? 0), u16(0), u32(attributes), u32(places.at(-1) as number), name, extra, comment]));
  }
  parts.push(shape.between ?? Buffer.alloc(0));
  at += shape.between?.length ?? 0;
  const directory = Buffer.concat(central);
  parts.push(directory, ...endOf(shape, central.length, directory.length, at), shape.suffix ?? Buffer.alloc(0));
  return Buffer.concat(parts);
}

function descriptorOf(item: ZipItem, { crc, packed, bytes }: { crc: number; packed: number; bytes: number }): Buffer[] {
  if (item.descriptor === undefined) return [];
  const signature = item.descriptor === 'plain' ? [] : [u32(0x08074b50)];
  if (item.descriptor === 'wide') return [...signature, u32(crc), u64(packed), u64(bytes)];
  return [...signature, u32(item.descriptor === 'wrong' ? crc ^ 1 : crc), u32(packed), u32(bytes)];
}

function endOf({ end = {}, comment = Buffer.alloc(0), zip64End }: ZipShape, count: number, size: number, offset: number): Buffer[] {
  const entries = end.entries ?? count;
  const records: Buffer[] = [];
  if (zip64End) {
    const given = typeof zip64End === 'object' ? zip64End : {};
    const exact = given.entries ?? entries;
    records.push(u32(0x06064b50), u64(44), u16(45), u16(45), u32(given.disk ?? 0), u32(0), u64(exact), u64(exact), u64(size), u64(end.offset ?? offset));
    records.push(u32(0x07064b50), u32(0), u64(given.locatorOffset ?? offset + size), u32(1));
  }
  const [shownEntries, shownSize, shownOffset] = zip64End ? [0xffff, 0xffffffff, 0xffffffff] : [entries, end.size ?? size, end.offset ?? offset];
  records.push(u32(0x06054b50), u16(end.disk ?? 0), u16(0), u16(end.onDisk ?? shownEntries), u16(shownEntries), u32(shownSize), u32(shownOffset), u16(comment.length), comment);
  return records;
}

function dropUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Partial<T>;
}
