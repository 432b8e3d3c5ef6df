/** Pictures for plugin code, decoded by sharp. */
import { resolve } from 'node:path';
import type { NativeModules } from '../../native/index.js';
import { openAsset, type ImageSource, type Images } from '../../sdk/index.js';

type Sharp = NativeModules['sharp'];

/** Larger pictures are refused before they are unpacked: 100 million pixels are 300 MB of RGB. */
const MAX_PIXELS = 100_000_000;
/** Pictures in hand at the same time: as many as Node has threads for such work. */
const LANES = 4;

interface Size {
  width?: number;
  height?: number;
}

interface Pixels {
  data: Buffer;
  width: number;
  height: number;
}

/**
 * @param root the plugin's folder
 * @param open gives the native module, installing it if need be
 */
export function imageLoader(root: string, open: () => Promise<Sharp>): Images {
  let loading: Promise<Sharp> | undefined;
  const ready = (): Promise<Sharp> => (loading ??= open().then(prepare, forget));
  const forget = (error: unknown): never => {
    loading = undefined;
    throw error;
  };

  const decode = async (source: ImageSource, size: Size): Promise<Pixels> => {
    const sharp = await ready();
    if (typeof source !== 'string') return unpack(sharp, source, `the picture of ${source.byteLength} bytes`, size);
    const shown = source.length > 200 ? `${source.slice(0, 197)}...` : source;
    if (source.startsWith('data:')) return unpack(sharp, dataBytes(source), shown.slice(0, 40), size);
    return openAsset(source, (path) => unpack(sharp, resolve(root, path), shown, size));
  };

  return {
    async decode(source, options = {}) {
      const { data, width, height } = await decode(source, options);
      return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height };
    },
    async decodeBatch(sources, { width, height }) {
      if (![width, height].every((side) => Number.isInteger(side) && side > 0)) throw new RangeError(`decodeBatch needs a width and a height in whole pixels, not ${width} x ${height}`);
      const size = width * height * 3;
      const data = new Uint8Array(sources.length * size);
      const queue = sources.entries();
      const lane = async (): Promise<void> => {
        for (const [index, source] of queue) {
          if (source === null || source.length === 0) throw new Error('the row has no picture');
          data.set((await decode(source, { width, height })).data, index * size);
        }
      };
      await Promise.all(Array.from({ length: Math.min(LANES, sources.length) }, lane));
      return { data, dims: [sources.length, height, width, 3] };
    },
  };
}

/** Pictures go through many lanes at once, so one thread for each is most; nothing is worth keeping between them. */
function prepare(sharp: Sharp): Sharp {
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

async function unpack(sharp: Sharp, input: string | Uint8Array, shown: string, { width, height }: Size): Promise<Pixels> {
  let pipeline = sharp(input, { limitInputPixels: MAX_PIXELS, failOn: 'error' }).rotate();
  if (width !== undefined || height !== undefined) pipeline = pipeline.resize(width, height, { fit: 'cover' });
  try {
    // What is transparent looks as on paper. Grey pictures and those for print become three channels.
    const { data, info } = await pipeline.flatten({ background: '#fff' }).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (error) {
    const [said = ''] = (error as Error).message.split('\n');
    // sharp names the file that it was given; where that lies on this machine is nobody else's concern.
    const reason = typeof input === 'string' ? said.replace(`: ${input}`, '') : said;
    throw new Error(/exceeds pixel limit/i.test(reason) ? `${shown} is too large a picture: it has ${await sizeOf(sharp, input)}, and ${MAX_PIXELS / 1e6} million is the most` : `${shown} cannot be decoded as a picture: ${reason}`);
  }
}

/** The size that a picture says it has; its header alone is read. */
async function sizeOf(sharp: Sharp, input: string | Uint8Array): Promise<string> {
  const { width, height } = await sharp(input, { limitInputPixels: false }).metadata();
  return `${width.toLocaleString('en-US')} x ${height.toLocaleString('en-US')} pixels`;
}

function dataBytes(url: string): Buffer {
  const comma = url.indexOf(',');
  return /;base64$/i.test(url.slice(0, Math.max(0, comma))) ? Buffer.from(url.slice(comma + 1), 'base64') : Buffer.from(decodeURIComponent(url.slice(comma + 1)), 'latin1');
}
