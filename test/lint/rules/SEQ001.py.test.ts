import { describe } from 'vitest';
import { testPyRowCases } from './pyRowCases.js';

describe('SEQ001 finds in Python', () => {
  testPyRowCases('SEQ001', [
    { name: 'another program', lines: [5, 6, 7], code: `
import os, subprocess
from subprocess import check_output as ask
class P:
    def __call__(self, batch):
        for path in batch["data"]: subprocess.run(["ffmpeg", "-i", path, "a.jpg"], check=True)
        batch["info"] = [ask(["exiftool", path]) for path in batch["data"]]
        batch["data"].apply(lambda path: os.system("gzip " + path))
        return batch` },
    { name: 'a pool with one thread, submitted to', lines: [4], body: `
with ThreadPoolExecutor(1) as pool:
    futures = [pool.submit(download_asset, url) for url in batch["data"]]
    paths = [future.result()[0] for future in futures]` },
    { name: 'download_asset', lines: [5], code: `
from shared.plugins import download_asset
class P:
    def __call__(self, batch):
        for _, row in batch.iterrows():
            path, is_temp = download_asset(row["data"], suffix=".mp4")` },
    { name: 'open_asset as a context', lines: [4], body: `
for url in batch["data"]:
    with open_asset(url, suffix=".jpg") as path:
        self.images.append(Image.open(path))` },
    { name: 'downloads, then one batched call', lines: [5], body: `
paths = []
for url in batch["data"].tolist():
    paths.append(download_asset(url)[0])
batch["e"] = self._model.encode(paths)` },
    { name: 'in a comprehension', lines: [3], body: `
paths = [download_asset(url) for url in batch["data"]]` },
    { name: 'by map', lines: [3], body: `
paths = list(map(download_asset, batch["data"]))` },
    { name: 'by apply', lines: [3], body: `
batch["path"] = batch["data"].apply(download_asset)` },
    { name: 'the older name', lines: [5], code: `
from shared.utilities.files import resolve_url_to_local_path
def run(batch):
    out = []
    for url in batch["data"]:
        out.append(resolve_url_to_local_path(url))` },
    { name: 'ffmpeg', lines: [4], code: `
import ffmpeg
def run(batch):
    for path in batch["local_path"]:
        ffmpeg.input(path).output("out.wav").run()` },
    { name: 'a task of Ray, waited for at once', lines: [4], body: `
out = []
for t in batch["data"]: out.append(ray.get(embed.remote(t)))
batch["e"] = out` },
    { name: 'an actor of Ray', lines: [5], body: `
out = []
for t in batch["data"]:
    ref = self.actor.embed.remote(t)
    out.append(ray.get(ref))` },
    { name: 'time.sleep', lines: [5], code: `
import time
def run(batch):
    for text in batch["data"]:
        print(text)
        time.sleep(0.1)` },
    { name: 'asyncio.sleep', lines: [4], code: `
import asyncio
async def process(batch):
    for text in batch["data"]:
        await asyncio.sleep(0.1)` },
    { name: 'sleep by its name', lines: [4], code: `
from time import sleep
def run(batch):
    for text in batch["data"]:
        sleep(1)` },
    { name: 'boto3', lines: [5], code: `
import boto3
s3 = boto3.client("s3")
def run(batch):
    for key in batch["key"]:
        s3.get_object(Bucket="b", Key=key)` },
    { name: 'boto3 on self', lines: [7], code: `
import boto3
class P:
    def __init__(self, config):
        self._storage = boto3.client("s3")
    def __call__(self, batch):
        for key in batch["key"]:
            self._storage.download_file("b", key, "/tmp/x")` },
    { name: 'redis', lines: [5], code: `
import redis
r = redis.Redis()
def run(batch):
    for doc_id in batch["document_id"]:
        r.get(doc_id)` },
    { name: 'a key-value store', lines: [4], body: `
for doc_id in batch["document_id"]:
    self.kv.get(doc_id)` },
    { name: 'a database', lines: [6], code: `
import psycopg2
def run(batch):
    conn = psycopg2.connect("")
    cursor = conn.cursor()
    for doc_id in batch["document_id"]:
        cursor.execute("select 1 where id = %s", (doc_id,))` },
    { name: 'mongo', lines: [6], code: `
from pymongo import MongoClient
class P:
    def __call__(self, batch):
        db = MongoClient().things
        for doc_id in batch["document_id"]:
            db.find_one({"_id": doc_id})` },
    { name: 'a helper', lines: [6], code: `
class P:
    def _load(self, url):
        return download_asset(url)[0]
    def __call__(self, batch):
        for url in batch["data"]:
            self._load(url)` },
    { name: 'recursion', lines: [4], code: `
def walk(rows, i=0):
    if i >= len(rows):
        return
    rows[i]["path"] = download_asset(rows[i]["data"])[0]
    walk(rows, i + 1)
def run(batch):
    walk(batch.to_dict("records"))` },
    { name: 'parallel_io of one', lines: [4], body: `
for url in batch["data"]:
    parallel_io(items=[url], process_fn=download_asset, max_workers=8)` },
    { name: 'an upload', lines: [4], body: `
for _, row in batch.iterrows():
    self.storage.put(row["document_id"], row["data"])` },
    { name: 'frames of a video', lines: [4], body: `
for path in batch["local_path"]:
    extract_frames(path)` },
  ]);
});

describe('SEQ001 leaves alone in Python', () => {
  testPyRowCases('SEQ001', [
    { name: 'another program in threads', code: `
import subprocess
from shared.plugins.sdk import parallel_io
class P:
    def __call__(self, batch):
        batch["info"] = parallel_io(batch["data"].tolist(), lambda path: subprocess.run(["exiftool", path]), max_workers=4)
        return batch` },
    { name: 'a model tried with the first row that has a text', code: `
class P:
    def __call__(self, batch):
        for row in batch.itertuples():
            if not row.data:
                continue
            self._store.write(row.data)
            self._model.encode(row.data)
            break
        return batch` },
    { name: 'parallel_io', body: `
paths = parallel_io(items=batch["data"].tolist(), process_fn=lambda url: download_asset(url), max_workers=8)` },
    { name: 'parallel_io by position', body: `
paths = parallel_io(batch["data"].tolist(), download_asset, max_workers=8)` },
    { name: 'parallel_io with a function that unlinks', body: `
def load(url):
    path, is_temp = download_asset(url, suffix=".jpg")
    image = Image.open(path).convert("RGB")
    if is_temp:
        import os
        os.unlink(path)
    return image
images = parallel_io(items=batch["data"].tolist(), process_fn=load, max_workers=8)
tensors = [self._preprocess(images[i]) for i in sorted(images)]` },
    { name: 'tasks of Ray, all waited for at once', body: `
refs = [embed.remote(t) for t in batch["data"]]
batch["e"] = ray.get(refs)
batch["f"] = ray.get([self.actor.embed.remote(t) for t in batch["data"]])
batch["g"] = [ray.get(ref) for ref in refs]
for t in batch["data"]:
    self.pending.append(embed.remote(t))` },
    { name: 'a task of Ray for the batch', body: `
batch["e"] = ray.get(embed.remote(batch["data"].tolist()))
for name in self.names:
    ray.get(self.actors[name].warm.remote())` },
    { name: 'a sleep between chunks', body: `
texts = batch["data"].tolist()
for start in range(0, len(texts), 16):
    self._model.encode(texts[start : start + 16])
    time.sleep(1)` },
    { name: 'opening images', body: `
for path in batch["local_path"]:
    self.images.append(cv2.imread(path))
    self.images.append(Image.open(path).convert("RGB"))` },
    { name: 'one asset', code: `
def run_inference(inputs):
    with open_asset(inputs["url"], suffix=".jpg") as path:
        return Image.open(path)` },
    { name: 'a dict in memory', body: `
cache = {}
for _, row in batch.iterrows():
    if row["document_id"] not in cache:
        cache[row["document_id"]] = len(cache)
    self.out.append(cache.get(row["document_id"]))` },
    { name: 'writing back', body: `
for i, (index, row) in enumerate(batch.iterrows()):
    batch.at[index, "n"] = self.results[i]` },
    { name: 'threads', body: `
with concurrent.futures.ThreadPoolExecutor(max_workers=8) as executor:
    paths = list(executor.map(download_asset, batch["data"].tolist()))` },
    { name: 'removing temporary files', body: `
for path in batch["local_path"]:
    os.unlink(path)` },
    { name: 'polling one job', code: `
def run(batch, jobs):
    job = jobs.start(batch["data"].tolist())
    while not job.done:
        time.sleep(1)
        job.refresh()` },
  ]);
});
