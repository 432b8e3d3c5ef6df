/** Writes tar streams block by block, right or wrong. */
import { gzipSync } from 'node:zlib';

export interface TarItem {
  name: string | Buffer;
  data?: Buffer | string;
  type?: string;
  mode?: number;
  link?: string;
  /** As written, where it should not be the real one. */
  bytes?: number;
  /** Written into the header instead of the right checksum. */
  sum?: number;
}

export function tarItem({ name, data = '', type = '0', mode = 0o644, link = '', bytes, sum }: TarItem): Buffer {
  const content = Buffer.from(data as string);
  const header = Buffer.alloc(512);
  Buffer.from(name as string).copy(header, 0, 0, 100);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${(bytes ?? content.length).toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.fill(' ', 148, 156);
  header.write(type, 156);
  header.write(link, 157);
  header.write('ustar\x0000', 257);
  const total = sum ?? header.reduce((acc, byte) => acc + byte, 0);
  header.write(`${total.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** A pax record. */
export function pax(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

export function tarOf(items: readonly TarItem[], { end = Buffer.alloc(1024) }: { end?: Buffer } = {}): Buffer {
  return Buffer.concat([...items.map(tarItem), end]);
}

export function targzOf(items: readonly TarItem[], options?: { end?: Buffer }): Buffer {
  return gzipSync(tarOf(items, options));
}
