"""Hugging Face datasets: load JSON Lines, map in batches of 64, save as Arrow, JSON Lines or Parquet.

python hf_datasets.py MODEL INPUT OUTPUT_FOLDER THREADS arrow|jsonl|parquet
"""

import sys

import datasets
from embed import DIM, Embedder

model, source, output, threads, form = sys.argv[1:]
datasets.disable_progress_bars()
rows = datasets.load_dataset("json", data_files=source, split="train", cache_dir=f"{output}/cache")
vector = datasets.Sequence(datasets.Value("float32"), length=DIM)
features = datasets.Features({**rows.features, "embedding": vector})
rows = rows.map(Embedder(model, int(threads)), batched=True, batch_size=64, features=features)
if form == "jsonl":
    rows.to_json(f"{output}/out.jsonl")
elif form == "parquet":
    rows.to_parquet(f"{output}/out.parquet")
else:
    rows.save_to_disk(f"{output}/out")
