"""A bare child with pyarrow's own conversions: frames of Arrow in on descriptor 3, frames with what was added out on 4.

child.py PLUGIN ROUNDS. A frame is its length (4 bytes, little-endian) and an Arrow stream.
"""

import json
import os
import struct
import sys

import pyarrow as pa
from common import BATCH, work

process = work(sys.argv[1], int(sys.argv[2]))
source, target = os.fdopen(3, "rb"), os.fdopen(4, "wb")
while prefix := source.read(8):
    header, body = struct.unpack("<II", prefix)
    constants = json.loads(source.read(header))["constants"]
    table = pa.ipc.open_stream(source.read(body)).read_all()
    results = []
    for start in range(0, table.num_rows, BATCH):
        batch = table.slice(start, BATCH).to_pandas().astype(object)
        before = list(batch.columns)
        for name, value in constants.items():
            batch[name] = value
        done = process(batch)
        added = [name for name in done.columns if name not in before and name not in constants]
        results.append(pa.Table.from_pandas(done[added], preserve_index=False))
    sink = pa.BufferOutputStream()
    whole = pa.concat_tables(results).combine_chunks()
    with pa.ipc.new_stream(sink, whole.schema) as out:
        out.write_table(whole)
    answer = sink.getvalue()
    target.write(struct.pack("<I", answer.size))
    target.write(answer)
    target.flush()
