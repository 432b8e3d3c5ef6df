"""Frames as the engine sends them, in one file: each its length and an Arrow stream of data, document_id, object_id and blob_id.

frames.py INPUT OUTPUT ROWS_PER_FRAME
"""

import json
import struct
import sys

import pyarrow as pa
from common import frame

source, target, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(source, encoding="utf-8") as lines:
    texts = [json.loads(line)["text"] for line in lines]
with open(target, "wb") as out:
    for start in range(0, len(texts), size):
        block = frame(texts[start : start + size], start)[["data", "document_id", "object_id", "blob_id"]]
        batch = pa.RecordBatch.from_pandas(block, preserve_index=False).replace_schema_metadata(None)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as stream:
            stream.write_batch(batch)
        body = sink.getvalue()
        out.write(struct.pack("<II", len(block), body.size))
        out.write(body)
