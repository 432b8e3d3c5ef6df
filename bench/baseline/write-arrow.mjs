/** An Arrow stream file, one record batch per batch, buffers packed by hand: the fast way with apache-arrow. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { Field, FixedSizeList, Float32, Float64, RecordBatch, RecordBatchStreamWriter, Schema, Struct, Utf8, makeData } from 'apache-arrow';

export async function makeWriter(path) {
  const writer = new RecordBatchStreamWriter();
  const stream = writer.toNodeStream().pipe(createWriteStream(path));
  let schema;
  return {
    async write(rows, { vectors, dim, columns = {} }) {
      const list = new FixedSizeList(dim, new Field('item', new Float32(), false));
      const children = [
        texts(rows.map((row) => row.id)),
        texts(rows.map((row) => row.text)),
        makeData({ type: list, length: rows.length, nullCount: 0, child: makeData({ type: new Float32(), length: vectors.length, nullCount: 0, data: vectors }) }),
        ...Object.values(columns).map((values) => (typeof values[0] === 'string' ? texts(values) : makeData({ type: new Float64(), length: values.length, nullCount: 0, data: Float64Array.from(values) }))),
      ];
      schema ??= new Schema(['id', 'text', 'embedding', ...Object.keys(columns)].map((name, i) => new Field(name, children[i].type, false)));
      writer.write(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children })));
      if (stream.writableNeedDrain) await once(stream, 'drain');
    },
    async end() {
      writer.close();
      await once(stream, 'finish');
    },
  };
}

function texts(values) {
  const offsets = new Int32Array(values.length + 1);
  const buffer = Buffer.allocUnsafeSlow(values.reduce((sum, value) => sum + value.length * 3, 0));
  for (let i = 0; i < values.length; i++) offsets[i + 1] = offsets[i] + buffer.write(values[i], offsets[i]);
  return makeData({ type: new Utf8(), length: values.length, nullCount: 0, valueOffsets: offsets, data: buffer.subarray(0, offsets[values.length]) });
}
