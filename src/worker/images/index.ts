/** Pictures for plugin code, decoded by sharp. */
import { resolve } from 'node:path';
import type { NativeModules } from '../../native/index.js';
import type { Images } from '../../sdk/index.js';

type Sharp = NativeModules['sharp'];

/** Larger pictures are refused before they are unpacked: 100 million pixels are 300 MB of RGB. */
const MAX_PIXELS = 100_000_000;

export function imageLoader(root: string, open: () => Promise<Sharp>): Images {
  return {
    async decode(path, options = {}) {
      const load = await open();
      let pipeline = load(resolve(root, path), { limitInputPixels: MAX_PIXELS }).rotate().removeAlpha().toColourspace('srgb');
      if (options.width !== undefined || options.height !== undefined) pipeline = pipeline.resize(options.width, options.height, { fit: 'cover' });
      try {
        const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
        return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width: info.width, height: info.height };
      } catch (error) {
        throw new Error(`${path} cannot be decoded as a picture: ${(error as Error).message.split('\n')[0]}`);
      }
    },
  };
}
