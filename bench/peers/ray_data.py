"""Ray Data on one machine: read JSON Lines, map in batches of 64 with one actor per core, write Parquet.

python ray_data.py MODEL INPUT OUTPUT_FOLDER WORKERS
"""

import os
import sys

# Workers import `embed` from this folder.
os.environ["PYTHONPATH"] = os.path.dirname(os.path.abspath(__file__))
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import ray
from embed import Embedder

model, source, output, workers = sys.argv[1:]
ray.init(num_cpus=max(2, int(workers)), include_dashboard=False, logging_level="ERROR", log_to_driver=False)
rows = ray.data.read_json(source, lines=True)
rows = rows.map_batches(Embedder, fn_constructor_args=(model, 1), batch_size=64, concurrency=int(workers), num_cpus=0.5)
rows.write_parquet(f"{output}/out")
ray.shutdown()
