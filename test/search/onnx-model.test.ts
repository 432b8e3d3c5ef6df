import { beforeAll, describe, expect, test } from 'vitest';
import { loadNative } from '../../src/native/index.js';
import { type Graph, type Node, onnxModel } from '../../src/search/index.js';

let ort: typeof import('onnxruntime-node');
beforeAll(() => {
  ort = loadNative('onnxruntime-node');
});

/** Runs a graph with the one input `x` and the one output `y`. */
async function run(graph: Omit<Graph, 'name' | 'inputs' | 'outputs'>, x: number[], shape: number[]): Promise<{ data: unknown; dims: readonly number[] }> {
  const model = onnxModel({
    name: 'test',
    inputs: [{ name: 'x', type: 'float32', shape: shape.map((_, i) => `size_${i}`) }],
    outputs: [{ name: 'y', type: 'float32', shape: ['rows', 'columns'] }],
    ...graph,
  });
  const session = await ort.InferenceSession.create(model);
  const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.from(x), shape) });
  return { data: Array.from(y?.data as Float32Array), dims: y?.dims ?? [] };
}

describe('a written model is one that onnxruntime runs', () => {
  test('nodes, in their order', async () => {
    const nodes = [
      { op: 'Add', inputs: ['x', 'x'], outputs: ['twice'] },
      { op: 'Mul', inputs: ['twice', 'twice'], outputs: ['y'] },
    ];
    expect(await run({ nodes }, [1, 2, 3, 4], [2, 2])).toEqual({ data: [4, 16, 36, 64], dims: [2, 2] });
  });

  test('attributes: an integer, a negative one, a list, a float', async () => {
    const nodes: Node[] = [
      { op: 'LeakyRelu', inputs: ['x'], outputs: ['leaky'], attributes: { alpha: { float: 0.5 } } },
      { op: 'Transpose', inputs: ['leaky'], outputs: ['turned'], attributes: { perm: [1, 0] } },
      { op: 'Concat', inputs: ['turned', 'turned'], outputs: ['y'], attributes: { axis: -1 } },
    ];
    expect(await run({ nodes }, [-2, 4], [1, 2])).toEqual({ data: [-1, -1, 4, 4], dims: [2, 2] });
  });

  test.each([
    { type: 'float32', data: Float32Array.of(1.5, -2) },
    { type: 'int8', data: Int8Array.of(100, -100) },
    { type: 'uint8', data: Uint8Array.of(200, 3) },
    { type: 'int16', data: Int16Array.of(300, -300) },
    { type: 'int32', data: Int32Array.of(70_000, -1) },
    { type: 'int64', data: BigInt64Array.of(5n, -5n) },
  ] as const)('constants of $type', async ({ type, data }) => {
    const nodes = [
      { op: 'Cast', inputs: ['c'], outputs: ['floats'], attributes: { to: 1 } },
      { op: 'Add', inputs: ['x', 'floats'], outputs: ['y'] },
    ];
    const wanted = Array.from(data as ArrayLike<number | bigint>, Number);
    expect(await run({ initializers: [{ name: 'c', type, shape: [2], data }], nodes }, [0, 0], [1, 2])).toEqual({ data: wanted, dims: [1, 2] });
  });
});

test('a constant may be a view into a larger buffer', async () => {
  const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
  const nodes = [{ op: 'Add', inputs: ['x', 'c'], outputs: ['y'] }];
  expect(await run({ initializers: [{ name: 'c', type: 'float32', shape: [2], data }], nodes }, [0, 0], [1, 2])).toMatchObject({ data: [1, 2] });
});

test('shapes keep their names, and lengths above 127 bytes are written right', async () => {
  const name = 'long_'.repeat(40);
  const model = onnxModel({
    name,
    inputs: [{ name, type: 'int64', shape: ['batch', 384] }],
    outputs: [{ name: 'y', type: 'int64', shape: ['batch', 384] }],
    nodes: [{ op: 'Identity', inputs: [name], outputs: ['y'] }],
  });
  const session = await ort.InferenceSession.create(model);
  expect(session.inputNames).toEqual([name]);
  expect(session.inputMetadata[0]).toMatchObject({ type: 'int64', shape: ['batch', 384] });
});

test('the same graph gives the same bytes', () => {
  const graph: Graph = { name: 'g', inputs: [], outputs: [], nodes: [{ op: 'Identity', inputs: ['a'], outputs: ['b'] }] };
  expect(onnxModel(graph)).toEqual(onnxModel(graph));
  expect(onnxModel(graph, { opset: 13 })).not.toEqual(onnxModel(graph));
});

test('refuses a constant whose data does not fill its shape', () => {
  const initializers = [{ name: 'c', type: 'float32' as const, shape: [2, 3], data: new Float32Array(5) }];
  expect(() => onnxModel({ name: 'g', inputs: [], outputs: [], initializers, nodes: [] })).toThrow(/c has 5 elements, its shape needs 6/);
});
