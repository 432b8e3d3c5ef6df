/** ONNX models for plugin code: cached sessions, checked feeds, counted calls. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { InferenceSession, OnnxValue, Tensor as OrtTensor, TypedTensor } from 'onnxruntime-node';
import type { OnnxModel, Tensor } from '../../sdk/index.js';
import { countModel } from '../stats.js';

type Ort = typeof import('onnxruntime-node');

const ELEMENT: [new (n: number) => ArrayLike<number | bigint>, OrtTensor.Type][] = [
  [Float32Array, 'float32'], [BigInt64Array, 'int64'], [Int32Array, 'int32'], [Float64Array, 'float64'], [Uint8Array, 'uint8'], [Int8Array, 'int8'],
  [Int16Array, 'int16'], [Uint16Array, 'uint16'], [Uint32Array, 'uint32'], [BigUint64Array, 'uint64'],
];

export interface OnnxLoader {
  /** @param full where the file lies, when it is not a path in the plugin's folder */
  load(path: string, full?: () => Promise<string>): Promise<OnnxModel>;
}

/**
 * @param root the plugin's folder
 * @param threads threads for one model; chosen by the engine so that workers do not fight for cores
 * @param ort gives the native module, installing it if need be
 */
export function onnxLoader(root: string, threads: number, ort: () => Promise<Ort>): OnnxLoader {
  const sessions = new Map<string, Promise<OnnxModel>>();
  return {
    load(path, full) {
      // By the path as given: resolving it for every batch costs as much as a small model's call overhead.
      let model = sessions.get(path);
      if (model === undefined) {
        // Without a promise in between, so that a failure shows where the plugin asked for the model.
        model = full === undefined ? open(resolve(root, path), path, threads, ort) : full().then((file) => open(file, path, threads, ort));
        sessions.set(path, model);
        model.catch(() => sessions.delete(path));
      }
      return model;
    },
  };
}

async function open(full: string, shown: string, threads: number, ort: () => Promise<Ort>): Promise<OnnxModel> {
  if (!existsSync(full)) throw new Error(`the model ${shown} does not exist in the plugin's folder`);
  if (!statSync(full).isFile()) throw new Error(`the model ${shown} is not a file`);
  const native = await ort();
  try {
    return wrap(native, await sessionOf(full, threads, native), shown);
  } catch (error) {
    if (isPointer(full)) throw new Error(`the model ${shown} is only a pointer of Git LFS: fetch the model itself with git lfs pull`);
    throw new Error(`the model ${shown} cannot be loaded: ${firstLine(error).replace(`Load model from ${full} failed:`, '')}`);
  }
}

/** What a repository holds in place of a large file, where Git LFS was not asked for it. */
function isPointer(file: string): boolean {
  return statSync(file).size < 1024 && readFileSync(file, 'latin1').startsWith('version https://git-lfs');
}

/** By file, its size and its time: a plugin that is loaded anew into the same worker finds its models warm. */
const opened = new Map<string, Promise<InferenceSession>>();

function sessionOf(full: string, threads: number, native: Ort): Promise<InferenceSession> {
  const { size, mtimeMs } = statSync(full);
  const key = [full, size, mtimeMs, threads].join('\n');
  let session = opened.get(key);
  if (session === undefined) {
    session = native.InferenceSession.create(full, {
      intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all', logSeverityLevel: 3,
      // Idle threads that spin steal the core another worker needs.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    opened.set(key, session);
    session.catch(() => opened.delete(key));
  }
  return session;
}

function wrap(native: Ort, session: InferenceSession, shown: string): OnnxModel {
  const inputs = session.inputNames;
  return {
    inputNames: inputs,
    outputNames: session.outputNames,
    async run(feeds) {
      const given = Object.keys(feeds);
      const missing = inputs.filter((name) => !(name in feeds));
      const unknown = given.filter((name) => !inputs.includes(name));
      if (missing.length > 0 || unknown.length > 0) {
        throw new Error(`${shown} has the inputs ${inputs.join(', ')}; it was given ${given.join(', ') || 'none'}`);
      }
      const tensors: Record<string, OnnxValue> = {};
      for (const name of inputs) tensors[name] = toOrt(native, name, feeds[name] as Tensor);
      const started = performance.now();
      let outputs: InferenceSession.OnnxValueMapType;
      try {
        outputs = await session.run(tensors);
      } catch (error) {
        const shapes = inputs.map((name) => `${name} [${(feeds[name] as Tensor).dims.join(', ')}]`).join(', ');
        throw new Error(`${shown} refused ${shapes}: ${firstLine(error)}`);
      } finally {
        countModel(started);
      }
      return Object.fromEntries(
        Object.entries(outputs).map(([name, value]) => {
          const tensor = value as TypedTensor<'float32'>;
          return [name, { data: tensor.data, dims: tensor.dims }];
        }),
      );
    },
  };
}

function toOrt(native: Ort, name: string, tensor: Tensor): OrtTensor {
  const type = ELEMENT.find(([constructor]) => tensor?.data instanceof constructor)?.[1];
  if (type === undefined || !Array.isArray(tensor.dims)) throw new TypeError(`the input "${name}" is no tensor; give { data: a typed array, dims: [rows, ...] }`);
  const size = tensor.dims.reduce((product, dim) => product * dim, 1);
  if (size !== tensor.data.length) throw new RangeError(`the input "${name}" has ${tensor.data.length} numbers, its dims [${tensor.dims.join(', ')}] say ${size}`);
  return new native.Tensor(type, tensor.data as never, tensor.dims as number[]);
}

function firstLine(error: unknown): string {
  return ((error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '').slice(0, 400);
}
