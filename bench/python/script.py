"""The script that a user would write instead: JSON Lines in, the same frames, Arrow out.

script.py PLUGIN INPUT OUTPUT ROUNDS
"""

import json
import sys

import numpy as np
import pyarrow as pa
from common import BATCH, frame, work

plugin, source, target, rounds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
process = work(plugin, rounds)
schema = pa.schema([("id", pa.string()), ("text", pa.string()), ("document_id", pa.string()), ("numbers", pa.list_(pa.float32(), 8))])


def write(out, rows, start):
    done = process(frame([row["text"] for row in rows], start))
    numbers = pa.FixedSizeListArray.from_arrays(pa.array(np.concatenate(done["numbers"].tolist())), 8)
    out.write(pa.record_batch([[row["id"] for row in rows], [row["text"] for row in rows], done["document_id"].tolist(), numbers], schema=schema))


with open(source, encoding="utf-8") as lines, pa.ipc.new_stream(target, schema) as out:
    rows, start = [], 0
    for line in lines:
        rows.append(json.loads(line))
        if len(rows) == BATCH:
            write(out, rows, start)
            rows, start = [], start + BATCH
    if rows:
        write(out, rows, start)
