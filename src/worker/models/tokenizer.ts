/** Tokenizers for plugin code: one JSON file, cached, whole batches in one call. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { jsonMessageOf } from '../../errors/index.js';
import type { Encoded, Tokenizer } from '../../sdk/index.js';
import { countTokenizer } from '../stats.js';

const DEFAULT_MAX_LENGTH = 512;

export function tokenizerLoader(root: string): { load(path: string, full?: () => Promise<string>): Promise<Tokenizer> } {
  const loaded = new Map<string, Promise<Tokenizer>>();
  return {
    load(path, full) {
      let tokenizer = loaded.get(path);
      if (tokenizer === undefined) {
        // Without a promise in between, so that a failure shows where the plugin asked for the tokenizer.
        tokenizer = full === undefined ? open(resolve(root, path), path) : full().then((file) => open(file, path));
        loaded.set(path, tokenizer);
        tokenizer.catch(() => loaded.delete(path));
      }
      return tokenizer;
    },
  };
}

async function open(full: string, shown: string): Promise<Tokenizer> {
  let text: string;
  try {
    text = await readFile(full, 'utf8');
  } catch {
    throw new Error(`the tokenizer ${shown} does not exist in the plugin's folder`);
  }
  let inner: HubTokenizer;
  try {
    inner = new HubTokenizer(JSON.parse(text) as object, {});
  } catch (error) {
    throw new Error(`the tokenizer ${shown} cannot be loaded: ${jsonMessageOf(error)}`);
  }
  return wrap(inner);
}

function wrap(inner: HubTokenizer): Tokenizer {
  return {
    encode(text) {
      const started = performance.now();
      const { ids } = inner.encode(text);
      countTokenizer(started);
      return ids;
    },
    encodeBatch(texts, options = {}) {
      const maxLength = options.maxLength ?? DEFAULT_MAX_LENGTH;
      if (!Number.isInteger(maxLength) || maxLength < 1) throw new RangeError(`maxLength must be a whole number of at least 1, not ${maxLength}`);
      const started = performance.now();
      const ids = texts.map((text) => cut(inner.encode(text).ids, maxLength));
      const encoded = pad(ids);
      countTokenizer(started);
      return encoded;
    },
  };
}

/** Cuts in the middle of the text but keeps the last token, which is the end mark in every common tokenizer. */
function cut(ids: number[], maxLength: number): number[] {
  if (ids.length <= maxLength) return ids;
  return maxLength === 1 ? ids.slice(0, 1) : [...ids.slice(0, maxLength - 1), ids[ids.length - 1] as number];
}

function pad(ids: number[][]): Encoded {
  const longest = Math.max(1, ...ids.map((list) => list.length));
  const inputs = new BigInt64Array(ids.length * longest);
  const mask = new BigInt64Array(ids.length * longest);
  // Ids are small and non-negative: writing the low words is several times faster than making BigInts.
  const low = new Uint32Array(inputs.buffer);
  const maskLow = new Uint32Array(mask.buffer);
  ids.forEach((list, row) => {
    const base = row * longest * 2;
    for (let k = 0; k < list.length; k++) {
      low[base + 2 * k] = list[k] as number;
      maskLow[base + 2 * k] = 1;
    }
  });
  return { input_ids: { data: inputs, dims: [ids.length, longest] }, attention_mask: { data: mask, dims: [ids.length, longest] } };
}
