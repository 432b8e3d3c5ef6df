/** The models of the plugins `matrix`, `mlp` and `transformer`: ONNX files with numbers out of a formula. */
import { loadTs } from '../../scripts/lib/load-ts.mjs';
import { transformerGraph } from './transformer.mjs';
import { weights } from './weights.mjs';

const DIM = 384;
const HIDDEN = 1536;
/** Blocks of the larger model; enough for 5 ms and more per batch of 64 on two cores of 2020 and later. */
const BLOCKS = 12;

const input = { name: 'input', type: 'float32', shape: ['batch', DIM] };
const output = { name: 'embedding', type: 'float32', shape: ['batch', DIM] };

const matrixGraph = {
  name: 'matrix', inputs: [input], outputs: [output],
  initializers: [{ name: 'matrix', type: 'float32', shape: [DIM, DIM], data: weights(DIM, DIM, 1) }],
  nodes: [{ op: 'MatMul', inputs: ['input', 'matrix'], outputs: ['embedding'] }],
};

/** The feed-forward half of transformer blocks: widen, bend, narrow, add, bring to length 1. */
function mlpGraph() {
  const initializers = [];
  const nodes = [];
  let from = 'input';
  for (let block = 0; block < BLOCKS; block++) {
    const name = (part) => `${part}_${block}`;
    initializers.push(
      { name: name('widen'), type: 'float32', shape: [DIM, HIDDEN], data: weights(DIM, HIDDEN, 2 * block) },
      { name: name('narrow'), type: 'float32', shape: [HIDDEN, DIM], data: weights(HIDDEN, DIM, 2 * block + 1) },
    );
    const to = block === BLOCKS - 1 ? 'embedding' : name('out');
    nodes.push(
      { op: 'MatMul', inputs: [from, name('widen')], outputs: [name('wide')] },
      { op: 'Tanh', inputs: [name('wide')], outputs: [name('bent')] },
      { op: 'MatMul', inputs: [name('bent'), name('narrow')], outputs: [name('narrowed')] },
      { op: 'Add', inputs: [from, name('narrowed')], outputs: [name('sum')] },
      { op: 'ReduceL2', inputs: [name('sum')], outputs: [name('length')], attributes: { axes: [1], keepdims: 1 } },
      { op: 'Div', inputs: [name('sum'), name('length')], outputs: [to] },
    );
    from = to;
  }
  return { name: 'mlp', inputs: [input], outputs: [output], initializers, nodes };
}

/** @returns {Promise<Record<'matrix' | 'mlp' | 'transformer', Uint8Array>>} the bytes of the files */
export async function makeModels() {
  const { onnxModel } = await loadTs(new URL('../../src/search/onnx-model.ts', import.meta.url));
  return { matrix: onnxModel(matrixGraph), mlp: onnxModel(mlpGraph()), transformer: onnxModel(transformerGraph()) };
}
