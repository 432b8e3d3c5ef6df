"""Ray Data on one machine, as its guide shows it: read JSON Lines, map in batches of 64 on one actor, write.

One actor, because each takes a core and reading needs one too. Ray Data has no sink for Arrow files: who wants one
takes the blocks as they come and writes them, which is quicker than its own sink for Parquet.

python ray_data.py MODEL INPUT OUTPUT_FOLDER THREADS arrow|jsonl|parquet
"""

import os
import sys

# Workers import `embed` from this folder.
os.environ["PYTHONPATH"] = os.path.dirname(os.path.abspath(__file__))
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import pyarrow
import ray
from embed import Embedder


def write_arrow(rows, path):
    writer = None
    for block in rows.iter_batches(batch_size=None, batch_format="pyarrow"):
        if writer is None:
            writer = pyarrow.ipc.new_stream(path, block.schema)
        writer.write_table(block)
    writer.close()


model, source, output, threads, form = sys.argv[1:]
ray.init(include_dashboard=False, logging_level="ERROR")
rows = ray.data.read_json(source, lines=True)
one_actor = ray.data.ActorPoolStrategy(size=1)
rows = rows.map_batches(Embedder, fn_constructor_args=(model, int(threads)), batch_size=64, compute=one_actor)
if form == "arrow":
    write_arrow(rows, f"{output}/out.arrow")
elif form == "jsonl":
    rows.write_json(f"{output}/out")
else:
    rows.write_parquet(f"{output}/out")
