/**
 * A small writer of ONNX files: exactly the protobuf messages that a computation graph of a few
 * nodes needs. Pure: values in, bytes out, the same bytes for the same values.
 *
 * Protobuf in one paragraph: a message is a run of fields, each a key (`number << 3 | wire type`)
 * and a value. Wire type 0 is a varint, 2 is a length and that many bytes, 5 is four bytes.
 * Field numbers below are those of onnx.proto.
 */

/** Element types by their number in `TensorProto.DataType`. */
const ELEMENT = { float32: 1, uint8: 2, int8: 3, int16: 5, int32: 6, int64: 7, bool: 9 } as const;

export type ElementType = keyof typeof ELEMENT;

/** A value of the graph: its name, element type and shape. A string in the shape is a free dimension. */
export interface ValueInfo {
  name: string;
  type: ElementType;
  shape: readonly (number | string)[];
}

/** A constant of the graph. `data` holds the elements in row-major order. */
export interface Initializer {
  name: string;
  type: ElementType;
  shape: readonly number[];
  data: Float32Array | Uint8Array | Int8Array | Int16Array | Int32Array | BigInt64Array;
}

/** An attribute: an integer, a list of integers, or a float written as `{ float: 0.5 }`. */
export type Attribute = number | readonly number[] | { float: number };

/** One operation. `op` is the name in the default ONNX domain, e.g. `MatMul`. */
export interface Node {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes?: Readonly<Record<string, Attribute>>;
}

export interface Graph {
  name: string;
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
  initializers?: readonly Initializer[];
  nodes: readonly Node[];
}

type Bytes = Uint8Array;

const utf8 = new TextEncoder();

function concat(parts: readonly Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function varint(value: number): Bytes {
  // Negative integers travel as 64-bit two's complement, which BigInt gives without special cases.
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  while (rest > 0x7fn) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Uint8Array.from(out);
}

const int = (field: number, value: number): Bytes => concat([varint(field << 3), varint(value)]);

const bytes = (field: number, value: Bytes): Bytes => concat([varint((field << 3) | 2), varint(value.length), value]);

const text = (field: number, value: string): Bytes => bytes(field, utf8.encode(value));

const message = (field: number, ...parts: Bytes[]): Bytes => bytes(field, concat(parts));

function float(field: number, value: number): Bytes {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setFloat32(0, value, true);
  return concat([varint((field << 3) | 5), out]);
}

function attribute(name: string, value: Attribute): Bytes {
  if (typeof value === 'number') return message(5, text(1, name), int(3, value), int(20, 2));
  if ('float' in value) return message(5, text(1, name), float(2, value.float), int(20, 1));
  return message(5, text(1, name), ...value.map((item) => int(8, item)), int(20, 7));
}

function node(value: Node, index: number): Bytes {
  return message(
    1,
    ...value.inputs.map((name) => text(1, name)),
    ...value.outputs.map((name) => text(2, name)),
    text(3, `${value.op}_${index}`),
    text(4, value.op),
    ...Object.entries(value.attributes ?? {}).map(([name, item]) => attribute(name, item)),
  );
}

function tensor(value: Initializer): Bytes {
  const elements = value.shape.reduce((product, size) => product * size, 1);
  if (elements !== value.data.length) {
    throw new RangeError(`Initializer ${value.name} has ${value.data.length} elements, its shape needs ${elements}.`);
  }
  const raw = new Uint8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength);
  return message(5, ...value.shape.map((size) => int(1, size)), int(2, ELEMENT[value.type]), text(8, value.name), bytes(9, raw));
}

function valueInfo(field: number, value: ValueInfo): Bytes {
  const dimensions = value.shape.map((size) => message(1, typeof size === 'number' ? int(1, size) : text(2, size)));
  const tensorType = message(1, int(1, ELEMENT[value.type]), message(2, ...dimensions));
  return message(field, text(1, value.name), message(2, tensorType));
}

/**
 * The bytes of an ONNX model with one graph, in the default operator domain.
 *
 * @param graph nodes in an order in which every input is written before it is read
 * @param options `opset` of the default domain (17 unless told); the IR version is 8
 * @throws RangeError when an initializer's data does not fill its shape
 */
export function onnxModel(graph: Graph, options: { opset?: number } = {}): Uint8Array {
  return concat([
    int(1, 8),
    text(2, 'plugsmith'),
    message(
      7,
      ...graph.nodes.map(node),
      text(2, graph.name),
      ...(graph.initializers ?? []).map(tensor),
      ...graph.inputs.map((value) => valueInfo(11, value)),
      ...graph.outputs.map((value) => valueInfo(12, value)),
    ),
    message(8, text(1, ''), int(2, options.opset ?? 17)),
  ]);
}
