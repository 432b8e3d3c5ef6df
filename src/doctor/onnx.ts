/**
 * The smallest useful ONNX model, y = -x for one float, written byte by byte as protocol buffers:
 * each field is a tag (number * 8 + wire type), then a varint (type 0) or a length and bytes (type 2).
 * All numbers here are below 128, so every varint is one byte.
 */
export function negationModel(): Uint8Array {
  const node = bytes(1, text(1, 'x'), text(2, 'y'), text(4, 'Neg'));
  const graph = bytes(7, node, text(2, 'negation'), value(11, 'x'), value(12, 'y'));
  const opset = bytes(8, number(2, 13));
  return Uint8Array.from([...number(1, 8), ...graph, ...opset]);
}

/** A graph input or output: a float tensor of shape [1]. */
function value(field: number, name: string): number[] {
  const shape = bytes(2, bytes(1, number(1, 1)));
  const FLOAT = 1;
  const tensor = bytes(1, number(1, FLOAT), shape);
  return bytes(field, text(1, name), bytes(2, tensor));
}

function number(field: number, content: number): number[] {
  return [field * 8, content];
}

function bytes(field: number, ...parts: number[][]): number[] {
  const content = parts.flat();
  return [field * 8 + 2, content.length, ...content];
}

function text(field: number, content: string): number[] {
  return bytes(field, [...Buffer.from(content)]);
}
