/** Exact search over vectors, and the ONNX writer it is built on. */
export { type Metric, scoreMeaning } from './metric.js';
export { type Attribute, type ElementType, type Graph, type Initializer, type Node, type ValueInfo, onnxModel } from './onnx-model.js';
export { type Match, type TopKOptions, type VectorBlock, topK } from './top-k.js';
