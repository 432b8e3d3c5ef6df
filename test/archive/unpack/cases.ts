/** Archives of every family, good and bad, made when they are needed. */
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { pax, tarItem, tarOf, targzOf, type TarItem } from './tar-builder.js';
import { extraField, unicodePath, zipOf, type ZipItem, type ZipShape } from './zip-builder.js';

export interface Case {
  family: string;
  name: string;
  /** `accept`, or the code without `archive-`. */
  expect: string;
  bytes: () => Buffer;
}

const manifest: ZipItem = { name: 'manifest.py', data: 'feature_extractor_name = "case_plugin"\nversion = "1.0.0"\n' };
const pipeline: ZipItem = { name: 'pipeline.py', data: 'def build_steps(extractor_request, **kwargs):\n    return {"steps": []}\n' };
const plugin = [manifest, pipeline];
const inFolder = plugin.map((item) => ({ ...item, name: `case_plugin/${item.name as string}` }));
const zip = (...items: ZipItem[]): Buffer => zipOf([...plugin, ...items]);
const shaped = (shape: ZipShape): Buffer => zipOf(plugin, shape);
const tarPlugin: TarItem[] = plugin.map(({ name, data }) => ({ name, data: data as string }));
const tar = (...items: TarItem[]): Buffer => targzOf([...tarPlugin, ...items]);
const files = (count: number): ZipItem[] => Array.from({ length: count }, (_, i) => ({ name: `data/${i}.txt`, data: 'x', method: 0 }));
const name = (text: string | Buffer): Buffer => zip({ name: text, data: 'x' });
const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);
/** Deflated zeros, made from one stored block chain: fast to make, and honest. */
const deflatedZeros = (bytes: number): Buffer => deflateRawSync(zeros(bytes));

function cases(family: string, table: Record<string, [string, () => Buffer]>): Case[] {
  return Object.entries(table).map(([label, [expect, bytes]]) => ({ family, name: label, expect, bytes }));
}

export const archiveCases: readonly Case[] = [
  ...cases('accepted', {
    'plain zip': ['accept', () => zip()],
    'with the top folder': ['accept', () => zipOf(inFolder)],
    'data descriptors': ['accept', () => zipOf(plugin.map((item) => ({ ...item, descriptor: 'signed' })))],
    'data descriptors without signature': ['accept', () => zipOf(plugin.map((item) => ({ ...item, descriptor: 'plain' })))],
    'ZIP64 sizes': ['accept', () => zipOf(plugin.map((item) => ({ ...item, zip64: true })))],
    'ZIP64 end record': ['accept', () => shaped({ zip64End: true })],
    'ZIP64 descriptors': ['accept', () => zipOf(plugin.map((item) => ({ ...item, descriptor: 'wide' })))],
    'folder entries': ['accept', () => zipOf([{ name: 'case_plugin/', mode: 0o40755, attributes: ((0o40755 << 16) | 0x10) >>> 0 }, ...inFolder, { name: 'case_plugin/empty/', mode: 0o40755 }])],
    'exactly 1,000 files': ['accept', () => zip(...files(998))],
    'mode 0000': ['accept', () => zip({ name: 'a.txt', data: 'x', mode: 0o100000 })],
    'no mode at all': ['accept', () => zip({ name: 'a.txt', data: 'x', attributes: 0 })],
    'DOS date zero': ['accept', () => zip({ name: 'a.txt', data: 'x', date: 0, time: 0 })],
    'stored entries': ['accept', () => zipOf(plugin.map((item) => ({ ...item, method: 0 })))],
    'empty file': ['accept', () => zip({ name: 'processors/__init__.py' })],
    'empty deflated file': ['accept', () => zip({ name: 'a.txt', method: 8, data: '' })],
    'UTF-8 names': ['accept', () => zip({ name: 'größe/日本.txt', data: 'x' })],
    'UTF-8 names without the flag': ['accept', () => zip({ name: 'größe.txt', data: 'x', flags: 0 })],
    'the same Unicode Path': ['accept', () => zip({ name: 'größe.txt', data: 'x', flags: 0, extra: unicodePath('größe.txt', 'größe.txt') })],
    'other extra fields': ['accept', () => zip({ name: 'a.txt', data: 'x', extra: extraField(0x5455, Buffer.from([3, 0, 0, 0, 0])) })],
    'a comment': ['accept', () => shaped({ comment: Buffer.from('made by hand') })],
    'directory in another order': ['accept', () => zip({ name: 'b.txt', data: 'x' }, { name: 'a.txt', data: 'y' })],
    'tar.gz': ['accept', () => tar()],
    'tar.gz with the top folder': ['accept', () => targzOf([{ name: 'case_plugin/', type: '5' }, ...tarPlugin.map((item) => ({ ...item, name: `case_plugin/${item.name as string}` }))])],
    'tar.gz made with ./': ['accept', () => targzOf([{ name: './', type: '5' }, ...tarPlugin.map((item) => ({ ...item, name: `./${item.name as string}` }))])],
    'tar.gz with pax names': ['accept', () => gzipSync(Buffer.concat([...tarPlugin.map(tarItem), tarItem({ name: 'x', type: 'x', data: pax('path', `data/${'a'.repeat(120)}.txt`) }), tarItem({ name: 'short', data: 'x' }), zeros(1024)]))],
    'what macOS adds': ['accept', () => zipOf([...inFolder, ...['__MACOSX/._case_plugin', '__MACOSX/case_plugin/._manifest.py', 'case_plugin/.DS_Store', 'case_plugin/._pipeline.py'].map((each) => ({ name: each, data: Buffer.from([0, 5, 22, 7]) })), { name: '__MACOSX/', mode: 0o40755 }])],
    'what macOS adds to tar.gz': ['accept', () => targzOf([{ name: './._case_plugin', data: '\0' }, ...tarPlugin.flatMap((item) => [{ name: `case_plugin/._${item.name as string}`, data: '\0' }, { ...item, name: `case_plugin/${item.name as string}` }])])],
    'a checksum of the gzip header': ['accept', () => withHeaderChecksum(tar(), 0)],
    'emoji': ['accept', () => name('❤\ufe0f.md')],
    'tar.gz with GNU long names': ['accept', () => tar({ name: '././@LongLink', type: 'L', data: `data/${'b'.repeat(120)}.txt\0` }, { name: 'short', data: 'x' })],
  }),
  ...cases('traversal', {
    '../ at the start': ['traversal', () => name('../evil.py')],
    '../ in the middle': ['traversal', () => name('data/../../evil.py')],
    '.. at the end': ['traversal', () => name('data/..')],
    'backslash': ['traversal', () => name('..\\evil.py')],
    'backslash folder': ['traversal', () => name('data\\evil.py')],
    'overlong UTF-8': ['name-encoding', () => zip({ name: Buffer.from([0xc0, 0xae, 0xc0, 0xae, 0x2f, 0x61]), data: 'x', flags: 0x800 })],
    'fullwidth dots': ['traversal', () => name('．．/evil.py')],
    'fullwidth slash': ['traversal', () => name('..／evil.py')],
    'two dot leader': ['traversal', () => name('‥/evil.py')],
    'percent encoding': ['traversal', () => name('%2e%2e/evil.py')],
    'percent encoded slash': ['traversal', () => name('..%2fevil.py')],
    'after the top folder': ['traversal', () => zipOf([...inFolder, { name: 'case_plugin/../evil.py', data: 'x' }])],
  }),
  ...cases('absolute', {
    '/etc': ['absolute', () => name('/etc/evil.py')],
    '//host': ['absolute', () => name('//host/evil.py')],
    'drive': ['absolute', () => name('C:/evil.py')],
    'drive-relative': ['absolute', () => name('C:evil.py')],
    'UNC': ['absolute', () => name('\\\\host\\share\\evil.py')],
    'home': ['absolute', () => name('~/evil.py')],
  }),
  ...cases('links and special files', {
    'link outwards': ['link', () => zip({ name: 'link.py', data: '/etc/passwd', mode: 0o120777 })],
    'link inwards': ['link', () => zip({ name: 'link.py', data: 'manifest.py', mode: 0o120777 })],
    'write through a link': ['link', () => zip({ name: 'data', data: '/tmp', mode: 0o120777 }, { name: 'data/evil.py', data: 'x' })],
    'pipe': ['special-file', () => zip({ name: 'pipe', mode: 0o010644 })],
    'character device': ['special-file', () => zip({ name: 'dev', mode: 0o020644 })],
    'block device': ['special-file', () => zip({ name: 'dev', mode: 0o060644 })],
    'socket': ['special-file', () => zip({ name: 'sock', mode: 0o140644 })],
    'setuid': ['mode', () => zip({ name: 'run.py', data: 'x', mode: 0o104755 })],
    'setgid': ['mode', () => zip({ name: 'run.py', data: 'x', mode: 0o102755 })],
    'sticky': ['mode', () => zip({ name: 'run.py', data: 'x', mode: 0o101755 })],
    'volume label': ['special-file', () => zip({ name: 'label', attributes: 0x08 })],
    'device of Windows': ['special-file', () => zip({ name: 'dev', attributes: 0x60 })],
    'reparse point of Windows': ['link', () => zip({ name: 'link.py', data: 'C:\\Windows', attributes: 0x420 })],
    'junction of Windows': ['link', () => zip({ name: 'data/', attributes: 0x410 })],
    'link in an old Unix field': ['link', () => zip({ name: 'link.py', attributes: 0x20, extra: extraField(0x000d, Buffer.concat([zeros(12), Buffer.from('/etc/passwd')])) })],
    'link in another Unix field': ['link', () => zip({ name: 'link.py', attributes: 0x20, extra: extraField(0x756e, Buffer.concat([zeros(14), Buffer.from('/etc/passwd')])) })],
    'mode of a link in that field': ['link', () => zip({ name: 'link.py', attributes: 0x20, extra: extraField(0x756e, Buffer.concat([zeros(4), Buffer.from([0xff, 0xa1]), zeros(8)])) })],
    'such a field in the local header only': ['link', () => zip({ name: 'link.py', data: 'x', local: { extra: extraField(0x000d, Buffer.concat([zeros(12), Buffer.from('/etc/passwd')])) } })],
    'what macOS adds, as a link': ['link', () => zip({ name: '__MACOSX/link', data: '/etc/passwd', mode: 0o120777 })],
  }),
  ...cases('duplicates and collisions', {
    'the same name': ['duplicate', () => zip({ name: 'a.py', data: 'x' }, { name: 'a.py', data: 'y' })],
    'the manifest twice': ['duplicate', () => zipOf([...plugin, manifest])],
    './': ['name', () => zip({ name: './a.py', data: 'x' })],
    'inner ./': ['name', () => zip({ name: 'data/./a.py', data: 'x' })],
    'letter case': ['collision', () => zip({ name: 'a.py', data: 'x' }, { name: 'A.py', data: 'y' })],
    'letter case of folders': ['collision', () => zip({ name: 'data/a.py', data: 'x' }, { name: 'Data/b.py', data: 'y' })],
    'Unicode case': ['collision', () => zip({ name: 'straße.txt', data: 'x' }, { name: 'STRASSE.txt', data: 'y' })],
    'NFC and NFD': ['path', () => zip({ name: 'é.txt', data: 'x' }, { name: 'e\u0301.txt', data: 'y' })],
    'file and folder': ['collision', () => zip({ name: 'a', data: 'x' }, { name: 'a/b.py', data: 'y' })],
    'folder twice': ['duplicate', () => zip({ name: 'a/' , mode: 0o40755 }, { name: 'a/', mode: 0o40755 })],
    'trailing dot': ['name', () => zip({ name: 'a.py', data: 'x' }, { name: 'a.py.', data: 'y' })],
    'trailing space': ['name', () => zip({ name: 'a.py ', data: 'y' })],
  }),
  ...cases('limits and bombs', {
    '1,001 files': ['too-many-files', () => zip(...files(999))],
    '20,000 folders': ['too-many-entries', () => zip(...Array.from({ length: 20_000 }, (_, i) => ({ name: `d${i}/`, mode: 0o40755 })))],
    'declared 600 MB': ['too-large', () => zip({ name: 'a.bin', packed: deflatedZeros(4 << 20), bytes: 600 << 20, packedBytes: 600 << 20, method: 8, crc: 0 })],
    'declared 1 TiB': ['too-large', () => zip({ name: 'a.bin', data: 'x', bytes: 2 ** 40, packedBytes: 2 ** 40, zip64: true })],
    'smaller than declared': ['size-mismatch', () => zip({ name: 'a.txt', data: 'hello world', bytes: 12 })],
    'larger than declared': ['size-mismatch', () => zip({ name: 'a.txt', data: 'hello world', bytes: 5 })],
    'lying size of a bomb': ['size-mismatch', () => zip({ name: 'a.bin', packed: deflatedZeros(64 << 20), bytes: 1000, method: 8, crc: crc32(zeros(1000)) })],
    'ratio': ['ratio', () => zip({ name: 'a.bin', packed: deflatedZeros(64 << 20), bytes: 64 << 20, method: 8, crc: crc32(zeros(64 << 20)) })],
    'ratio of many small files': ['ratio', () => zip(...Array.from({ length: 20 }, (_, i) => ({ name: `a${i}.bin`, packed: deflatedZeros(1 << 20), bytes: 1 << 20, method: 8, crc: crc32(zeros(1 << 20)) })))],
    'several files above the sum': ['too-large', () => zip(...Array.from({ length: 6 }, (_, i) => ({ name: `a${i}.bin`, data: 'x', bytes: 100 << 20, packedBytes: 100 << 20, method: 0 })))],
    '900 overlapping entries': ['overlap', () => zip({ name: 'a.txt', data: 'x'.repeat(100), method: 0 }, ...Array.from({ length: 899 }, (_, i) => ({ name: `b${i}.txt`, data: 'x'.repeat(100), method: 0, sameAs: 2 })))],
    'nested zip': ['nested', () => zip({ name: 'inner.zip', data: zip(), method: 0 })],
    'deep path': ['path', () => name(`${'a/'.repeat(60)}x.py`)],
    'long path': ['path', () => name(`${`${'a'.repeat(100)}/`.repeat(12)}x.py`)],
    'long name': ['name', () => name(`${'a'.repeat(300)}.py`)],
  }),
  ...cases('names', {
    'not UTF-8': ['name-encoding', () => zip({ name: Buffer.from([0xff, 0x61]), data: 'x', flags: 0x800 })],
    'an old alphabet': ['name-encoding', () => zip({ name: Buffer.from([0x84, 0x61]), data: 'x', flags: 0 })],
    'another Unicode Path': ['name-encoding', () => zip({ name: 'a.txt', data: 'x', extra: unicodePath('a.txt', '../evil.py') })],
    'Unicode Path of another name': ['name-encoding', () => zip({ name: 'a.txt', data: 'x', extra: unicodePath('b.txt', 'a.txt') })],
    'surrogates': ['name-encoding', () => zip({ name: Buffer.from([0xed, 0xa0, 0x80]), data: 'x', flags: 0x800 })],
    NUL: ['name', () => name('a\0.py')],
    newline: ['name', () => name('a\n.py')],
    escape: ['name', () => name('\u001b[2Ja.py')],
    'C1 control': ['name', () => name('\u009ba.py')],
    bidi: ['name', () => name('a\u202eyp.exe')],
    'bidi isolate': ['name', () => name('a\u2066b.py')],
    'zero width': ['name', () => name('a\u200b.py')],
    'zero width in .git': ['name', () => name('.gi\u200dt/config')],
    'byte order mark': ['name', () => name('\ufeffa.py')],
    'soft hyphen': ['name', () => name('a\u00ad.py')],
    'line separator': ['name', () => name('a\u2028.py')],
    'tag characters': ['name', () => name('a\u{e0041}.py')],
    'short name of .git': ['name', () => name('GIT~1/config')],
    'CON and spaces': ['name', () => name('con  .py')],
    'CLOCK$': ['name', () => name('clock$')],
    CON: ['name', () => name('con')],
    'NUL device': ['name', () => name('data/nul.txt')],
    'COM¹': ['name', () => name('com¹')],
    'alternate stream': ['name', () => name('data/a.txt:evil')],
    star: ['name', () => name('a*.py')],
    pipe: ['name', () => name('a|b.py')],
    quote: ['name', () => name('a"b.py')],
    '.npmrc': ['forbidden-file', () => name('.npmrc')],
    '.env': ['forbidden-file', () => name('.env')],
    '.env.production': ['forbidden-file', () => name('data/.env.production')],
    '.git': ['forbidden-file', () => name('.git/config')],
    node_modules: ['forbidden-file', () => name('node_modules/x/index.js')],
    __proto__: ['name', () => name('__proto__/a.py')],
    'empty name': ['name', () => name('')],
    'double slash': ['name', () => name('data//a.py')],
    'only spaces': ['name', () => name('   ')],
  }),
  ...cases('encryption and methods', {
    ZipCrypto: ['encrypted', () => zip({ name: 'a.txt', data: 'x', flags: 0x1 })],
    'strong encryption': ['encrypted', () => zip({ name: 'a.txt', data: 'x', flags: 0x41 })],
    'AES 99': ['encrypted', () => zip({ name: 'a.txt', data: 'x', method: 99, packed: Buffer.from('x'), flags: 0x1, extra: extraField(0x9901, Buffer.alloc(7)) })],
    'masked headers': ['encrypted', () => zip({ name: 'a.txt', data: 'x', flags: 0x2000 })],
    ...Object.fromEntries(([['shrink', 1], ['deflate64', 9], ['bzip2', 12], ['lzma', 14], ['zstd', 93], ['wavpack', 97]] as const).map(([label, method]) => [label, ['method', () => zip({ name: 'a.txt', data: 'x', method, packed: Buffer.from('x') })]])) as Record<string, [string, () => Buffer]>,
  }),
  ...cases('structure', {
    'another name in the local header': ['header-mismatch', () => zip({ name: 'a.txt', data: 'x', local: { name: 'b.txt' } })],
    'another method in the local header': ['header-mismatch', () => zip({ name: 'a.txt', data: 'x', local: { method: 0 } })],
    'another size in the local header': ['header-mismatch', () => zip({ name: 'a.txt', data: 'x', local: { bytes: 5 } })],
    'other flags in the local header': ['header-mismatch', () => zip({ name: 'a.txt', data: 'x', local: { flags: 2 } })],
    'another checksum in the local header': ['header-mismatch', () => zip({ name: 'a.txt', data: 'x', local: { crc: 1 } })],
    'Unicode Path in the local header only': ['name-encoding', () => zip({ name: 'a.txt', data: 'x', local: { extra: unicodePath('a.txt', 'b.txt') } })],
    'hidden entry': ['hidden-entry', () => zip({ name: 'evil.py', data: 'x', hidden: true })],
    'hidden first entry': ['hidden-entry', () => zipOf([{ name: 'evil.py', data: 'x', hidden: true }, ...plugin])],
    'two end records': ['two-ends', () => Buffer.concat([shaped({ comment: zipOf([]) })])],
    'two archives one after the other': ['hidden-entry', () => Buffer.concat([zip(), rebased(zip())])],
    'trailing bytes': ['trailing-bytes', () => shaped({ suffix: Buffer.from('more') })],
    'leading bytes': ['leading-bytes', () => shaped({ prefix: Buffer.from('#!/bin/sh\n') })],
    'bytes before the directory': ['gap', () => shaped({ between: Buffer.from('between') })],
    'too few entries': ['entry-count', () => shaped({ end: { entries: 1, onDisk: 1 } })],
    'too many entries': ['entry-count', () => shaped({ end: { entries: 9, onDisk: 9 } })],
    'two numbers of entries': ['entry-count', () => shaped({ end: { onDisk: 1 } })],
    'directory offset': ['offset', () => shaped({ end: { offset: 3 } })],
    'entry offset': ['overlap', () => zip({ name: 'a.txt', data: 'x', offset: 3 })],
    'entry offset outside': ['hidden-entry', () => zip({ name: 'a.txt', data: 'x', offset: 100_000 })],
    'several disks': ['multi-part', () => shaped({ end: { disk: 1 } })],
    'as many disks as fit': ['zip64', () => shaped({ end: { disk: 0xffff } })],
    'several disks in ZIP64': ['zip64', () => shaped({ zip64End: { disk: 1 } })],
    'ZIP64 sizes that nobody asked for': ['zip64', () => zip({ name: 'a.txt', data: 'x', extra: extraField(1, Buffer.alloc(16, 1)) })],
    'descriptor with a size beyond all': ['descriptor', () => zip({ name: 'a.txt', data: 'x', method: 0, flags: 8, local: { crc: 0, bytes: 0, packedBytes: 0 } }, { name: 'b.txt', packed: Buffer.concat([Buffer.from('x'), zeros(4), Buffer.alloc(16, 0xff)]), method: 0, flags: 8, data: 'x', packedBytes: 1, local: { crc: 0, bytes: 0, packedBytes: 0 } })],
    'wrong checksum': ['checksum', () => zip({ name: 'a.txt', data: 'x', crc: 7 })],
    'wrong checksum, stored': ['checksum', () => zip({ name: 'a.txt', data: 'x', method: 0, crc: 7 })],
    'wrong descriptor': ['descriptor', () => zip({ name: 'a.txt', data: 'x', descriptor: 'wrong' })],
    'broken deflate': ['deflate', () => zip({ name: 'a.txt', packed: Buffer.from([0x07, 0xff, 0xff]), method: 8, bytes: 10, crc: 1 })],
    'deflate ends too early': ['truncated', () => zip({ name: 'a.txt', packed: deflateRawSync(Buffer.from('hello world, hello world')).subarray(0, 8), method: 8, bytes: 24, crc: crc32('hello world, hello world') })],
    'bytes behind the deflated data': ['hidden-bytes', () => zip({ name: 'a.txt', packed: Buffer.concat([deflateRawSync(Buffer.from('hello')), Buffer.from('evil')]), method: 8, bytes: 5, crc: crc32('hello') })],
    'extra field overrun': ['extra-field', () => zip({ name: 'a.txt', data: 'x', extra: Buffer.from([0x55, 0x54, 0xff, 0x00, 1]) })],
    'extra field cut': ['extra-field', () => zip({ name: 'a.txt', data: 'x', extra: Buffer.from([0x55, 0x54]) })],
    'ZIP64 locator that leads elsewhere': ['zip64', () => shaped({ zip64End: { locatorOffset: 0 } })],
    'ZIP64 without its record': ['zip64', () => shaped({ end: { offset: 0xffffffff } })],
    'ZIP64 with another count': ['entry-count', () => shaped({ zip64End: { entries: 7 } })],
    'folder with content': ['structure', () => zip({ name: 'a/', data: 'content of a folder', mode: 0o40755 })],
    'folder by its mode only': ['header-mismatch', () => zip({ name: 'a', mode: 0o40755 })],
  }),
  ...cases('not valid', {
    truncated: ['truncated', () => zip().subarray(0, 200)],
    'truncated at the end': ['truncated', () => zip().subarray(0, -10)],
    empty: ['empty', () => Buffer.alloc(0)],
    text: ['unknown-format', () => Buffer.from('hello, this is not an archive at all\n')],
    'tar as zip': ['unknown-format', () => tarOf(tarPlugin)],
    'no entries': ['empty', () => zipOf([])],
    'no manifest': ['no-manifest', () => zipOf([pipeline])],
    'manifest too deep': ['no-manifest', () => zipOf(inFolder.map((item) => ({ ...item, name: `a/${item.name as string}` })))],
    'two manifests': ['two-manifests', () => zip({ name: 'manifest.ts', data: 'export default {}' })],
    'two manifests in two places': ['two-manifests', () => zipOf([...plugin, ...inFolder])],
    'two plugins': ['two-manifests', () => zipOf([...inFolder, { name: 'other/manifest.py', data: 'x' }])],
    'something beside the folder': ['stray-entries', () => zipOf([...inFolder, { name: 'README.md', data: 'x' }])],
  }),
  ...cases('tar.gz', {
    traversal: ['traversal', () => tar({ name: '../evil.py', data: 'x' })],
    absolute: ['absolute', () => tar({ name: '/etc/evil.py', data: 'x' })],
    'symbolic link': ['link', () => tar({ name: 'link', type: '2', link: '/etc/passwd' })],
    'hard link': ['link', () => tar({ name: 'link', type: '1', link: 'manifest.py' })],
    device: ['special-file', () => tar({ name: 'dev', type: '3' })],
    pipe: ['special-file', () => tar({ name: 'pipe', type: '6' })],
    sparse: ['special-file', () => tar({ name: 'sparse', type: 'S' })],
    setuid: ['mode', () => tar({ name: 'run.py', data: 'x', mode: 0o4755 })],
    'wrong checksum': ['checksum', () => tar({ name: 'a.py', data: 'x', sum: 1 })],
    duplicate: ['duplicate', () => tar({ name: 'a.py', data: 'x' }, { name: 'a.py', data: 'y' })],
    'pax path': ['traversal', () => gzipSync(Buffer.concat([...tarPlugin.map(tarItem), tarItem({ name: 'x', type: 'x', data: pax('path', '../evil.py') }), tarItem({ name: 'a', data: 'x' }), zeros(1024)]))],
    'something behind the end of a name': ['name', () => tar({ name: 'a.py\0evil.py', data: 'x' })],
    'something behind the end of a long name': ['name', () => tar({ name: '././@LongLink', type: 'L', data: 'a.py\0evil.py\0' }, { name: 'a', data: 'x' })],
    'two long names': ['duplicate', () => tar({ name: '././@LongLink', type: 'L', data: 'a.py\0' }, { name: 'x', type: 'x', data: pax('path', 'b.py') }, { name: 'a', data: 'x' })],
    'a name without an entry': ['structure', () => tar({ name: 'x', type: 'x', data: pax('path', 'b.py') })],
    'wrong checksum of the gzip header': ['checksum', () => withHeaderChecksum(tar(), 1)],
    'pax path for all': ['special-file', () => tar({ name: 'g', type: 'g', data: pax('path', 'evil.py') })],
    'cut stream': ['truncated', () => tar().subarray(0, 60)],
    'no last block': ['truncated', () => targzOf(tarPlugin, { end: Buffer.alloc(0) })],
    'bytes behind the last block': ['trailing-bytes', () => targzOf(tarPlugin, { end: Buffer.concat([zeros(1024), Buffer.from('more')]) })],
    'bytes behind the gzip': ['trailing-bytes', () => Buffer.concat([tar(), Buffer.from('more')])],
    'second gzip member': ['trailing-bytes', () => Buffer.concat([tar(), tar()])],
    'wrong gzip checksum': ['checksum', () => flipped(tar(), -6)],
    'bomb': ['ratio', () => tar({ name: 'a.bin', data: zeros(64 << 20) })],
    'declared 600 MB': ['too-large', () => gzipSync(Buffer.concat([...tarPlugin.map(tarItem), tarItem({ name: 'a.bin', bytes: 600 * 1024 * 1024 })]))],
    '1,001 files': ['too-many-files', () => tar(...Array.from({ length: 999 }, (_, i) => ({ name: `d/${i}`, data: 'x' })))],
  }),
];

/** A zip that was put behind another one of the same size: its end record knows of the first. */
function rebased(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const end = copy.length - 22;
  const directory = copy.readUInt32LE(end + 16);
  copy.writeUInt32LE(directory + bytes.length, end + 16);
  for (let at = directory; at < end; at += 46 + copy.readUInt16LE(at + 28)) copy.writeUInt32LE(copy.readUInt32LE(at + 42) + bytes.length, at + 42);
  return copy;
}

/** @param off added to the right checksum */
function withHeaderChecksum(gzip: Buffer, off: number): Buffer {
  const header = Buffer.from(gzip.subarray(0, 10));
  header[3] = 0x02;
  const checksum = Buffer.alloc(2);
  checksum.writeUInt16LE(((crc32(header) & 0xffff) + off) & 0xffff);
  return Buffer.concat([header, checksum, gzip.subarray(10)]);
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  const place = at < 0 ? bytes.length + at : at;
  copy[place] = (copy[place] as number) ^ 0xff;
  return copy;
}
