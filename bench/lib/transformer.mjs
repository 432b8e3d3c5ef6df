/**
 * A transformer encoder in the smallest size that is published for real use (two layers of width 128, two heads):
 * token ids in, one vector of length 1 a row out. Its numbers come out of a formula, so it says nothing; it costs what
 * a trained one costs.
 */
import { TOKENS, VOCABULARY } from '../plugins/tokens/processors/tokens.js';
import { weights } from './weights.mjs';

const WIDTH = 128;
const HIDDEN = 4 * WIDTH;
const HEADS = 2;
const LAYERS = 2;
/** What is added to the score of a place without a word, so that nobody looks there. */
const UNSEEN = -10_000;

/** A graph in the making: nodes and constants are added in the order in which they are used. */
class Graph {
  nodes = [];
  initializers = [];

  /** @returns {string} the name of the result */
  op(op, inputs, attributes) {
    const output = `${op}_${this.nodes.length}`;
    this.nodes.push({ op, inputs, outputs: [output], ...(attributes && { attributes }) });
    return output;
  }

  /** @returns {string} the name of the constant */
  constant(shape, data, type = 'float32') {
    const name = `constant_${this.initializers.length}`;
    this.initializers.push({ name, type, shape, data });
    return name;
  }

  number(value) {
    return this.constant([], Float32Array.of(value));
  }

  integers(...values) {
    return this.constant([values.length], BigInt64Array.from(values, BigInt), 'int64');
  }

  linear(input, from, to) {
    const product = this.op('MatMul', [input, this.constant([from, to], weights(from, to, this.initializers.length))]);
    return this.op('Add', [product, this.constant([to], new Float32Array(to).fill(0.01))]);
  }

  normalised(input) {
    return this.op('LayerNormalization', [input, this.constant([WIDTH], new Float32Array(WIDTH).fill(1)), this.constant([WIDTH], new Float32Array(WIDTH))], { axis: -1 });
  }
}

function attention(graph, input, mask) {
  const heads = (order) => graph.op('Transpose', [graph.op('Reshape', [graph.linear(input, WIDTH, WIDTH), graph.integers(0, TOKENS, HEADS, WIDTH / HEADS)])], { perm: order });
  const [query, key, value] = [heads([0, 2, 1, 3]), heads([0, 2, 3, 1]), heads([0, 2, 1, 3])];
  const scores = graph.op('Mul', [graph.op('MatMul', [query, key]), graph.number(1 / Math.sqrt(WIDTH / HEADS))]);
  const shares = graph.op('Softmax', [graph.op('Add', [scores, mask])], { axis: -1 });
  const joined = graph.op('Reshape', [graph.op('Transpose', [graph.op('MatMul', [shares, value])], { perm: [0, 2, 1, 3] }), graph.integers(0, TOKENS, WIDTH)]);
  return graph.linear(joined, WIDTH, WIDTH);
}

function feedForward(graph, input) {
  const wide = graph.linear(input, WIDTH, HIDDEN);
  const bent = graph.op('Add', [graph.op('Erf', [graph.op('Div', [wide, graph.number(Math.SQRT2)])]), graph.number(1)]);
  return graph.linear(graph.op('Mul', [graph.op('Mul', [wide, bent]), graph.number(0.5)]), HIDDEN, WIDTH);
}

/** @returns the graph, for `onnxModel` */
export function transformerGraph() {
  const graph = new Graph();
  const places = graph.op('Add', [graph.op('Gather', [graph.constant([VOCABULARY, WIDTH], weights(VOCABULARY, WIDTH, 1)), 'tokens']), graph.constant([TOKENS, WIDTH], weights(TOKENS, WIDTH, 2))]);
  const empty = graph.op('Cast', [graph.op('Equal', ['tokens', graph.integers(0)])], { to: 1 });
  const mask = graph.op('Mul', [graph.op('Unsqueeze', [empty, graph.integers(1, 2)]), graph.number(UNSEEN)]);
  let state = graph.normalised(places);
  for (let layer = 0; layer < LAYERS; layer++) {
    state = graph.normalised(graph.op('Add', [state, attention(graph, state, mask)]));
    state = graph.normalised(graph.op('Add', [state, feedForward(graph, state)]));
  }
  // Only the direction counts, so the sum over the words serves as their mean.
  const words = graph.op('Unsqueeze', [graph.op('Sub', [graph.number(1), empty]), graph.integers(2)]);
  const sum = graph.op('ReduceMean', [graph.op('Mul', [state, words])], { axes: [1], keepdims: 0 });
  const length = graph.op('ReduceL2', [sum], { axes: [1], keepdims: 1 });
  graph.nodes.push({ op: 'Div', inputs: [sum, length], outputs: ['embedding'] });
  return {
    name: 'transformer',
    inputs: [{ name: 'tokens', type: 'int64', shape: ['batch', TOKENS] }], outputs: [{ name: 'embedding', type: 'float32', shape: ['batch', WIDTH] }],
    initializers: graph.initializers, nodes: graph.nodes,
  };
}
