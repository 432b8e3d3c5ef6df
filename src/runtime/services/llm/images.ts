/** Pictures for a language model: from a URL, a `data:` URL or a path to bytes that can be sent. */
import { createHash } from 'node:crypto';
import { readFile, realpath, rm, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, messageOf } from '../../../errors/index.js';
import type { Assets } from '../assets/index.js';
import type { InlineImage } from './request.js';

export interface ImageOptions {
  root: string;
  profile: 'trusted' | 'untrusted';
  assets: Assets;
}

/** Providers refuse more than this in one request. */
const LARGEST = 20e6;

const signatures: readonly [mime: string, matches: (bytes: Buffer) => boolean][] = [
  ['image/png', (bytes) => bytes.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]))],
  ['image/jpeg', (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))],
  ['image/gif', (bytes) => bytes.subarray(0, 4).toString('latin1') === 'GIF8'],
  ['image/webp', (bytes) => bytes.subarray(0, 4).toString('latin1') === 'RIFF' && bytes.subarray(8, 12).toString('latin1') === 'WEBP'],
];

/** A picture that has an identity before it is loaded. */
export interface Picture {
  /** The URL, or the sha256 of the content: paths may be temporary, and change from run to run. */
  identity: string;
  /** @throws Failure `llm-image`, and as `Assets.fetch`. */
  load(): Promise<InlineImage>;
}

/**
 * Opens a picture. Those on the network are downloaded only by `load`, so that fake and recorded answers need none.
 * @throws Failure `llm-image`.
 */
export async function openPicture(image: string, options: ImageOptions): Promise<Picture> {
  if (image.trim() === '') throw wrong('without an address', 'there is nothing to fetch');
  if (/^(?:https?|s3):\/\//i.test(image)) return { identity: image, load: async () => inline(image, await download(image, options.assets)) };
  const bytes = await local(image, options);
  return { identity: createHash('sha256').update(bytes).digest('hex'), load: async () => inline(image, bytes) };
}

function inline(image: string, bytes: Buffer): InlineImage {
  const mime = signatures.find(([, matches]) => matches(bytes))?.[0];
  if (mime === undefined) throw wrong(image, 'it is not PNG, JPEG, GIF or WebP');
  return { mime, base64: bytes.toString('base64') };
}

async function download(image: string, assets: Assets): Promise<Buffer> {
  const { path } = await assets.fetch(image, '');
  try {
    return await read(image, path);
  } finally {
    await rm(path, { force: true });
  }
}

async function local(image: string, { root, profile, assets }: ImageOptions): Promise<Buffer> {
  if (image.startsWith('data:')) return Buffer.from(image.slice(image.indexOf(',') + 1), /^[^,]*;base64,/.test(image) ? 'base64' : 'utf8');
  const path = resolve(root, image.startsWith('file:') ? fileURLToPath(image) : image);
  if (profile === 'untrusted') await stayInside(image, path, [root, await assets.folder()]);
  return read(image, path);
}

async function read(image: string, path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST) throw wrong(image, `it is larger than ${LARGEST / 1e6} MB`);
    return await readFile(path);
  } catch (error) {
    throw error instanceof Failure ? error : wrong(image, messageOf(error));
  }
}

/** We read the file for the plugin, so we must not read more than the plugin itself may. */
async function stayInside(image: string, path: string, folders: readonly (string | undefined)[]): Promise<void> {
  const real = await realpath(path).catch((error: unknown) => {
    throw wrong(image, messageOf(error));
  });
  for (const folder of folders) {
    if (folder === undefined) continue;
    const away = relative(await realpath(folder), real);
    if (!isAbsolute(away) && away !== '..' && !away.startsWith(join('..', '/'))) return;
  }
  throw wrong(image, 'it lies outside of the plugin\'s folder');
}

function wrong(image: string, reason: string): Failure {
  const short = image.length > 100 ? `${image.slice(0, 97)}...` : image;
  return new Failure({ code: 'llm-image', message: `The picture ${short} cannot be sent to the language model: ${reason}.`, next: 'Give an address, a data: URL or a path of a picture.', details: { image: short } });
}
