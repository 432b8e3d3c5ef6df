"""Ray Data on one machine, as its guide shows it: read JSON Lines, map in batches of 64 on one actor, write.

One actor, because each takes a core and reading needs one too. Ray Data has no Arrow file to write: it is Parquet then.

python ray_data.py MODEL INPUT OUTPUT_FOLDER THREADS arrow|jsonl
"""

import os
import sys

# Workers import `embed` from this folder.
os.environ["PYTHONPATH"] = os.path.dirname(os.path.abspath(__file__))
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import ray
from embed import Embedder

model, source, output, threads, form = sys.argv[1:]
ray.init(include_dashboard=False, logging_level="ERROR")
rows = ray.data.read_json(source, lines=True)
one_actor = ray.data.ActorPoolStrategy(size=1)
rows = rows.map_batches(Embedder, fn_constructor_args=(model, int(threads)), batch_size=64, compute=one_actor)
write = rows.write_json if form == "jsonl" else rows.write_parquet
write(f"{output}/out")
