import type { InferenceSession } from 'onnxruntime-node';
import { Failure, messageOf } from '../errors/index.js';
import { loadNative } from '../native/index.js';
import { onnxModel } from './onnx-model.js';

/**
 * The graph that does the work of a search: each vector's inner product with the query, and with itself. In blocks that
 * stay in the cache, squaring and multiplying by ones takes half the time of ReduceSumSquare or less.
 */
function productsModel(): Uint8Array {
  return onnxModel({
    name: 'products',
    inputs: [
      { name: 'vectors', type: 'float32', shape: ['rows', 'dim'] },
      { name: 'query', type: 'float32', shape: ['dim', 1] },
      { name: 'ones', type: 'float32', shape: ['dim', 1] },
    ],
    outputs: [
      { name: 'products', type: 'float32', shape: ['rows', 1] },
      { name: 'squares', type: 'float32', shape: ['rows', 1] },
    ],
    nodes: [
      { op: 'MatMul', inputs: ['vectors', 'query'], outputs: ['products'] },
      { op: 'Mul', inputs: ['vectors', 'vectors'], outputs: ['squared'] },
      { op: 'MatMul', inputs: ['squared', 'ones'], outputs: ['squares'] },
    ],
  });
}

let session: Promise<InferenceSession> | undefined;

function openSession(): Promise<InferenceSession> {
  // A failed start is not kept: the next search may follow a `plugin setup`.
  session ??= loadNative('onnxruntime-node').InferenceSession.create(productsModel()).catch((error: unknown) => {
    session = undefined;
    throw new Failure({
      code: 'search-engine',
      message: `onnxruntime cannot start the search model: ${messageOf(error)}`,
      why: 'Vectors are compared by onnxruntime.',
      next: 'plugin doctor',
      cause: error,
    });
  });
  return session;
}

/** For each row of a block: its inner product with the query, and with itself, in single precision. */
export type Products = (vectors: Float32Array, rows: number) => Promise<{ products: Float32Array; squares: Float32Array }>;

/**
 * Makes ready to multiply blocks with one query.
 * @throws Failure `native-missing` or `native-broken` (onnxruntime-node), `search-engine`
 */
export async function productsWith(query: Float32Array): Promise<Products> {
  const { Tensor } = loadNative('onnxruntime-node');
  const opened = await openSession();
  const dim = query.length;
  const constant = { query: new Tensor('float32', query, [dim, 1]), ones: new Tensor('float32', new Float32Array(dim).fill(1), [dim, 1]) };
  return async (vectors, rows) => {
    const { products, squares } = await opened.run({ ...constant, vectors: new Tensor('float32', vectors, [rows, dim]) });
    return { products: products?.data as Float32Array, squares: squares?.data as Float32Array };
  };
}
