import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadNative } from '../../src/native/index.js';
import { imageLoader } from '../../src/worker/images/index.js';

const sharp = loadNative('sharp');
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugsmith-images-'));
});
afterAll(() => rm(root, { recursive: true }));

const images = (): ReturnType<typeof imageLoader> => imageLoader(root, async () => sharp);
const plain = (background: object | string, channels: 3 | 4 = 3): ReturnType<typeof sharp> => sharp({ create: { width: 6, height: 4, channels, background } });
const file = async (name: string, bytes: Uint8Array): Promise<string> => {
  await writeFile(join(root, name), bytes);
  return name;
};

/** A PNG of one bit per pixel that says to be so large; what follows its header is a few bytes. */
function bomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(1e6))), chunk('IEND', Buffer.alloc(0))]);
}

describe('decode gives three channels of eight bits', () => {
  it.each<[string, () => Promise<Buffer>, number[]]>([
    ['a PNG', () => plain('#0a141e').png().toBuffer(), [10, 20, 30]],
    ['a lossless WebP', () => plain('#0a141e').webp({ lossless: true }).toBuffer(), [10, 20, 30]],
    ['a GIF, of which the first picture', () => plain('#ff0000').gif().toBuffer(), [255, 0, 0]],
    ['a grey picture', () => plain('#808080').toColourspace('b-w').png().toBuffer(), [128, 128, 128]],
    ['one of 16 bits', () => plain('#0a141e').toColourspace('rgb16').png().toBuffer(), [10, 20, 30]],
    ['what is transparent, on white', () => plain({ r: 255, g: 0, b: 0, alpha: 0 }, 4).png().toBuffer(), [255, 255, 255]],
  ])('from %s', async (_name, make, pixel) => {
    const { data, width, height } = await images().decode(await make());
    expect([width, height, data.length, ...data.subarray(0, 3)]).toEqual([6, 4, 72, ...pixel]);
  });

  it('from a JPEG for print', async () => {
    const { data, width } = await images().decode(await plain('#0000ff').toColourspace('cmyk').jpeg().toBuffer());
    expect([width, data.length]).toEqual([6, 72]);
    expect(data[2]).toBeGreaterThan(data[0] as number);
  });

  it('turned as the camera was held', async () => {
    const { width, height } = await images().decode(await plain('#fff').withMetadata({ orientation: 6 }).jpeg().toBuffer());
    expect([width, height]).toEqual([4, 6]);
  });
});

describe('a picture is had', () => {
  it('from a path in the plugin’s folder, an absolute one, a file: URL and a data: URL', async () => {
    const bytes = await plain('#0a141e').png().toBuffer();
    const name = await file('a picture.png', bytes);
    for (const source of [name, join(root, name), pathToFileURL(join(root, name)).href, `data:image/png;base64,${bytes.toString('base64')}`]) {
      expect((await images().decode(source)).data[0], source).toBe(10);
    }
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['a missing file', 'none.png', /^none\.png cannot be decoded as a picture: Input file is missing$/],
    ['bytes that are no picture', new Uint8Array(64), /^the picture of 64 bytes cannot be decoded as a picture/],
    ['a broken data: URL', 'data:image/png;base64,AAAA', /^data:image\/png;base64,AAAA cannot be decoded/],
    ['an address, without a worker to ask', 'https://example.org/a.png', /fetched by the worker/],
  ])('but not from %s', (_name, source, message) => expect(images().decode(source)).rejects.toThrow(message));

  it('but not from a file that is cut off', async () => {
    const bytes = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#fff', noise: { type: 'gaussian', mean: 128, sigma: 30 } } }).jpeg().toBuffer();
    const name = await file('cut.jpg', bytes.subarray(0, bytes.length / 2));
    await expect(images().decode(name)).rejects.toThrow(/^cut\.jpg cannot be decoded as a picture/);
  });
});

it.each([[60_000, 60_000], [1_000_000, 101]])('a picture of %s x %s pixels is refused by its header', async (width, height) => {
  const name = await file('bomb.png', bomb(width, height));
  const before = process.memoryUsage().rss;
  await expect(images().decodeBatch([name], { width: 8, height: 8 })).rejects.toThrow(`bomb.png is too large a picture: it has ${width.toLocaleString('en-US')} x ${height.toLocaleString('en-US')} pixels, and 100 million is the most`);
  expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
});

describe('decodeBatch', () => {
  it('gives one block, in the order of the sources', async () => {
    const names = await Promise.all(Array.from({ length: 20 }, async (_, i) => file(`${i}.png`, await plain({ r: i, g: 0, b: 0 }).png().toBuffer())));
    const { data, dims } = await images().decodeBatch(names, { width: 3, height: 2 });
    expect(dims).toEqual([20, 2, 3, 3]);
    expect(names.map((_, i) => data[i * 18])).toEqual(names.map((_, i) => i));
  });

  it('of nothing is empty', async () => expect(await images().decodeBatch([], { width: 3, height: 2 })).toEqual({ data: new Uint8Array(), dims: [0, 2, 3, 3] }));

  it.each<[(string | null)[], object, RegExp]>([
    [[null], { width: 3, height: 2 }, /the row has no picture/], [[''], { width: 3, height: 2 }, /the row has no picture/],
    [['a'], { width: 3 }, /a width and a height/], [['a'], { width: 0, height: 1 }, /a width and a height/], [['a'], { width: 1.5, height: 1 }, /a width and a height/],
  ])('refuses %j at %j', (sources, size, message) => expect(images().decodeBatch(sources, size as { width: number; height: number })).rejects.toThrow(message));

  it('asks again for sharp where it could not be had', async () => {
    let asked = 0;
    const loader = imageLoader(root, async () => {
      if ((asked += 1) === 1) throw new Error('no network');
      return sharp;
    });
    await expect(loader.decode(await plain('#fff').png().toBuffer())).rejects.toThrow('no network');
    await expect(loader.decode(await plain('#fff').png().toBuffer())).resolves.toMatchObject({ width: 6 });
  });
});
