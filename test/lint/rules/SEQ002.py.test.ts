import { describe } from 'vitest';
import { testPyRowCases } from './pyRowCases.js';

describe('SEQ002 finds in Python', () => {
  testPyRowCases('SEQ002', [
    { name: 'a list that each turn fills with one row', lines: [7], code: `
class P:
    def __call__(self, batch):
        rows = batch["data"].tolist()
        while rows:
            part = []
            part.append(rows.pop())
            self.out.extend(self._model.__call__(part))
        return batch` },
    { name: 'parts of one row', lines: [5], code: `
class P:
    def __call__(self, batch):
        texts, size = batch["data"].tolist(), 1
        for i in range(0, len(texts), size):
            self.out.extend(self._model.encode(texts[i:i + size]))
        return batch` },
    { name: 'a model inside of another', lines: [3, 4], code: `
class P:
    def __call__(self, batch):
        for x in batch["data"]: self.out.append(self._model.encoder(x))
        self.out += [self._pipe.model(x).logits for x in batch["data"]]
        return batch` },
    { name: 'a model under another name', lines: [10, 12], code: `
import torch
class P:
    def __init__(self, config):
        self._m, self.layer = None, torch.load("a.pt")
    def _load(self):
        self._m = self._m or build()
        return self._m
    def __call__(self, batch):
        model = self._load()
        for t in batch["data"]: self.out.append(model.encode(t))
        net = self.layer
        self.out += [net(t) for t in batch["data"]]
        return batch` },
    { name: 'a pool with one thread', lines: [4], body: `
with ThreadPoolExecutor(max_workers=1) as pool:
    pages = list(pool.map(requests.get, batch["data"]))
batch["n"] = [len(page.text) for page in pages]` },
    { name: 'a pool with one thread, of the object', lines: [5], code: `
class P:
    def __init__(self, config=None):
        self.pool = ThreadPoolExecutor(max_workers=1)
    def __call__(self, batch):
        futures = [self.pool.submit(self.fetch, url) for url in batch["data"]]
        batch["page"] = [future.result() for future in futures]
        return batch
    def fetch(self, url):
        return requests.get(url, timeout=5).text` },
    { name: 'a function outside of any class that has self', lines: [3], code: `
def __call__(self, batch):
    for idx, row in batch.iterrows():
        embedding = self._model.encode(row["text"])
        batch.at[idx, "embedding"] = embedding
    return batch` },
    { name: 'itertuples', lines: [4], body: `
for row in batch.itertuples():
    self._model.encode(row.data)` },
    { name: 'itertuples unpacked', lines: [4], body: `
for index, data in batch[["data"]].itertuples():
    self._model.encode(data)` },
    { name: 'a column', lines: [4], body: `
for text in batch["data"]:
    self._llm.generate(text=text)` },
    { name: 'a column as an attribute', lines: [4], body: `
for text in batch.data:
    self._llm.generate(text=text)` },
    { name: 'a column by get', lines: [4], body: `
for text in batch.get("data", []).tolist():
    self._model.encode(text)` },
    { name: 'a column cleaned first', lines: [5], body: `
texts = batch["data"].fillna("").astype(str).str.strip().str.lower().tolist()
for text in texts:
    self._model.encode(text)` },
    { name: 'columns added', lines: [4], body: `
for text in (batch["title"] + " " + batch["data"]).tolist():
    self._model.encode(text)` },
    { name: 'values', lines: [4], body: `
for text in batch["data"].values:
    self._model.encode(text)` },
    { name: 'to_numpy', lines: [3], body: `
batch["e"] = [self._model.encode(text) for text in batch["data"].to_numpy()]` },
    { name: 'to_dict records', lines: [4], body: `
for record in batch.to_dict("records"):
    self._model.encode(record["data"])` },
    { name: 'to_dict by keyword', lines: [4], body: `
for record in batch.to_dict(orient="records"):
    self._model.encode(record["data"])` },
    { name: 'Series items', lines: [4], body: `
for index, text in batch["data"].items():
    self._model.encode(text)` },
    { name: 'the index', lines: [4], body: `
for index in batch.index:
    self._model.encode(batch.loc[index, "data"])` },
    { name: 'at', lines: [4], body: `
for i in range(len(batch)):
    batch.at[i, "e"] = self._model.encode(batch.at[i, "data"])` },
    { name: 'shape', lines: [4], body: `
for i in range(batch.shape[0]):
    self._model.encode(batch["data"].iloc[i])` },
    { name: 'len of a column, kept', lines: [6], body: `
texts = batch["data"].tolist()
n = len(texts)
for i in range(0, n):
    self._model.encode(texts[i])` },
    { name: 'a range in steps of one', lines: [5], body: `
texts = batch["data"].tolist()
for i in range(0, len(texts), 1):
    self._model.encode(texts[i : i + 1])` },
    { name: 'range over indexes only', lines: [5], body: `
texts = list(batch["data"])
for i in reversed(range(len(texts))):
    self._model.encode(texts[i])` },
    { name: 'np.arange', lines: [4], body: `
for i in np.arange(len(batch)):
    self._model.encode(batch["data"][i])` },
    { name: 'enumerate', lines: [4], body: `
for i, text in enumerate(batch["data"].tolist()):
    batch.loc[i, "e"] = self._model.encode(text)` },
    { name: 'enumerate with rows by index', lines: [4], body: `
for i, _ in enumerate(batch["data"]):
    self._model.encode(batch.iloc[i]["data"])` },
    { name: 'zip', lines: [4], body: `
for text, url in zip(batch["data"], batch["url"]):
    self._vlm.generate(text, images=[url])` },
    { name: 'enumerate of zip of iterrows', lines: [4], body: `
for i, ((_, row), label) in enumerate(zip(batch.iterrows(), self.labels)):
    self._model.encode(row["data"])` },
    { name: 'tqdm', lines: [4], body: `
for _, row in tqdm(batch.iterrows(), total=len(batch)):
    self._model.encode(row["data"])` },
    { name: 'a list comprehension', lines: [3], body: `
batch["e"] = [self._model.encode(text) for text in batch["data"]]` },
    { name: 'a comprehension with a condition', lines: [3], body: `
batch["e"] = [self._model.encode(t) if t else None for t in batch["data"] if t is not None]` },
    { name: 'a dict comprehension', lines: [3], body: `
found = {row["document_id"]: self._model.encode(row["data"]) for _, row in batch.iterrows()}` },
    { name: 'a generator expression', lines: [3], body: `
batch["e"] = list(self._model.encode(text) for text in batch["data"])` },
    { name: 'a nested comprehension', lines: [3], body: `
vectors = [self._model.encode(part) for text in batch["data"] for part in text.split(".")]` },
    { name: 'a set comprehension over enumerate', lines: [3], body: `
labels = {self._classifier.predict([t])[0] for i, t in enumerate(batch["data"])}` },
    { name: 'extend with a generator', lines: [4], body: `
out = []
out.extend(self._model.encode(text) for text in batch["data"])` },
    { name: 'map', lines: [3], body: `
batch["e"] = list(map(self._model.encode, batch["data"].tolist()))` },
    { name: 'map with a lambda', lines: [3], body: `
batch["e"] = list(map(lambda t: self._model.encode([t])[0], batch["data"]))` },
    { name: 'map, spread', lines: [3], body: `
batch["e"] = [*map(self._model.encode, batch["data"])]` },
    { name: 'np.vectorize', lines: [3], body: `
batch["e"] = np.vectorize(self._model.encode)(batch["data"])` },
    { name: 'any', lines: [3], body: `
found = any(self._classifier.predict(t) for t in batch["data"])` },
    { name: 'agg by row', lines: [3], body: `
batch["e"] = batch.agg(lambda row: self._model.encode(row["data"]), axis=1)` },
    { name: 'filter', lines: [3], body: `
kept = list(filter(lambda t: self._classifier.predict(t) > 0.5, batch["data"]))` },
    { name: 'sorted by what a model says', lines: [4], body: `
texts = batch["data"].tolist()
ordered = sorted(texts, key=lambda t: self._model.score(t))` },
    { name: 'functools.reduce', lines: [4], body: `
texts = batch["data"].tolist()
total = functools.reduce(lambda acc, t: acc + self._model.score(t), texts, 0)` },
    { name: 'Series.apply with a lambda', lines: [3], body: `
batch["e"] = batch["data"].apply(lambda t: self._model.encode(t))` },
    { name: 'Series.map', lines: [3], body: `
batch["e"] = batch["data"].map(self._model.encode)` },
    { name: 'Series.transform', lines: [3], body: `
batch["e"] = batch["data"].transform(lambda t: self._model.encode(t))` },
    { name: 'DataFrame.apply by row', lines: [3], body: `
batch["e"] = batch.apply(lambda row: self._model.encode(row["data"]), axis=1)` },
    { name: 'DataFrame.apply with a method', lines: [5], code: `
class P:
    def _one(self, row):
        return self._model.encode(row["data"])
    def __call__(self, batch):
        batch["e"] = batch.apply(self._one, axis="columns")
        return batch` },
    { name: 'progress_apply', lines: [3], body: `
batch["e"] = batch["data"].progress_apply(self._model.encode)` },
    { name: 'while with an index', lines: [6], body: `
i = 0
texts = batch["data"].tolist()
while i < len(texts):
    self._model.encode(texts[i])
    i += 1` },
    { name: 'while with a queue', lines: [6], body: `
queue = deque(batch["data"])
while queue:
    text = queue.popleft()
    self._model.encode(text)` },
    { name: 'while with pop', lines: [5], body: `
rows = batch.to_dict("records")
while rows:
    self._model.encode(rows.pop(0)["data"])` },
    { name: 'while with a walrus', lines: [5], body: `
it = iter(batch["data"])
while (text := next(it, None)) is not None:
    self._model.encode(text)` },
    { name: 'next in an endless loop', lines: [6], body: `
rows = batch.iterrows()
while True:
    index, row = next(rows)
    self._model.encode(row["data"])` },
    { name: 'recursion', lines: [4], code: `
def walk(model, texts, i, out):
    if i == len(texts):
        return out
    out.append(model.encode(texts[i]))
    return walk(model, texts, i + 1, out)
def run(batch, model):
    return walk(model, batch["data"].tolist(), 0, [])` },
    { name: 'a helper that holds the loop', lines: [4], code: `
def embed_all(model, texts):
    out = []
    for text in texts:
        out.append(model.encode(text))
    return out
def run(batch, model):
    return embed_all(model, batch["data"].tolist())` },
    { name: 'a helper with keyword arguments', lines: [5], code: `
def embed(prefix, text, model):
    return model.encode(prefix + text)
def run(batch, m):
    for t in batch["data"]:
        embed(model=m, text=t, prefix="query: ")` },
    { name: 'a nested function', lines: [6], code: `
class P:
    def __call__(self, batch):
        def one(text):
            return self._model.encode(text)
        for t in batch["data"]:
            one(t)` },
    { name: 'two helpers deep', lines: [8], code: `
class P:
    def _ask(self, prompt):
        return requests.post("https://api.example.com", json={"p": prompt}).json()
    def _label(self, text):
        return self._ask("Label: " + text)["label"]
    def __call__(self, batch):
        for text in batch["data"]:
            self._label(text)` },
    { name: 'a lambda kept in a variable', lines: [5], body: `
embed = lambda t: self._model.encode([t])[0]
for t in batch["data"]:
    embed(t)` },
    { name: 'a partial with the first argument in place', lines: [6], code: `
import requests
from functools import partial
def fetch(session, url):
    return session.get(url).text
def run(batch):
    batch["html"] = list(map(partial(fetch, requests.Session()), batch["data"]))` },
    { name: 'OCR of each picture', lines: [6], code: `
from paddleocr import PaddleOCR
class P:
    def __init__(self, config):
        self.engine = PaddleOCR(lang="en")
    def __call__(self, batch):
        batch["boxes"] = [self.engine.ocr(path) for path in batch["path"]]` },
    { name: 'sounds', lines: [4], body: `
for path in batch["path"]:
    self.out.append(self.clap.get_audio_embedding_from_data(x=librosa.load(path)[0]))` },
    { name: 'functools.partial', lines: [5], body: `
ask = functools.partial(self._llm.generate, provider="google")
for t in batch["data"]:
    ask(t)` },
    { name: 'a bound method in a variable', lines: [5], body: `
encode = self._model.encode
for t in batch["data"]:
    encode(t)` },
    { name: 'a class of the file', lines: [8], code: `
class Embedder:
    def __init__(self, session):
        self._session = session
    def embed(self, text):
        return self._session.run(None, {"x": text})
def run(batch, session):
    embedder = Embedder(session)
    out = [embedder.embed(t) for t in batch["data"]]` },
    { name: 'an object that is called', lines: [7], code: `
class Embedder:
    def __call__(self, text):
        return self.model.encode(text)
def run(batch):
    embed = Embedder()
    for t in batch["data"]:
        embed(t)` },
    { name: 'a decorated helper', lines: [8], code: `
class P:
    @lru_cache(maxsize=None)
    @retry(stop=3)
    def _embed(self, text):
        return self._model.encode(text)
    def __call__(self, batch):
        for t in batch["data"]:
            self._embed(t)` },
    { name: 'a property', lines: [7], code: `
class P:
    @property
    def embedder(self):
        return self._session
    def __call__(self, batch):
        for t in batch["data"]:
            self.embedder.run(None, {"x": t})` },
    { name: 'a property that calls the model', lines: [8], code: `
class Doc:
    def __init__(self, text, model):
        self.text, self.model = text, model
    @property
    def vector(self):
        return self.model.encode(self.text)
def run(batch, model):
    batch["e"] = [Doc(t, model).vector for t in batch["data"]]` },
    { name: 'a property of the processor', lines: [8], code: `
class P:
    @property
    def current(self):
        return self._model.encode([self._text])[0]
    def __call__(self, batch):
        out = []
        for self._text in batch["data"]:
            out.append(self.current)
        batch["e"] = out` },
    { name: 'a stub of gRPC', lines: [6], code: `
from . import embed_pb2, embed_pb2_grpc
class P:
    def __init__(self, config, container):
        self._remote = embed_pb2_grpc.EmbedderStub(grpc.insecure_channel("localhost:9000"))
    def __call__(self, batch):
        batch["e"] = [list(self._remote.Embed(embed_pb2.EmbedRequest(text=t)).vector) for t in batch["data"]]` },
    { name: 'a stub in a variable', lines: [4], code: `
def run(batch, channel):
    service = EmbedderStub(channel)
    for t in batch["data"]:
        reply = service.Embed(EmbedRequest(text=t))
        t.vector = reply.vector` },
    { name: 'a stub that is given', lines: [2], code: `
def run(batch, service: embed_pb2_grpc.EmbedderStub):
    batch["e"] = [service.Embed(EmbedRequest(text=t)).vector for t in batch["data"]]` },
    { name: 'a stub of the file', lines: [3], code: `
service = EmbedderStub(grpc.insecure_channel("localhost:9000"))
def run(batch):
    batch["e"] = [service.Embed(EmbedRequest(text=t)).vector for t in batch["data"]]` },
    { name: 'faces of each picture', lines: [6], code: `
from insightface.app import FaceAnalysis
class P:
    def __init__(self, config, container):
        self.faces = FaceAnalysis(name="buffalo_l")
    def __call__(self, batch):
        batch["n"] = [len(self.faces.get(cv2.imread(path))) for path in batch["path"]]` },
    { name: 'an inherited method', lines: [6], code: `
class Base:
    def embed(self, t):
        return self.model.encode(t)
class P(Base):
    def __call__(self, batch):
        batch["e"] = [self.embed(t) for t in batch["data"]]` },
    { name: 'a lazily loaded model', lines: [11], code: `
class P:
    def __init__(self, config):
        self._m = None
    def _ensure(self):
        if self._m is None:
            from sentence_transformers import SentenceTransformer
            self._m = SentenceTransformer("all-MiniLM-L6-v2")
    def __call__(self, batch):
        self._ensure()
        for t in batch["data"]:
            self._m.encode(t)` },
    { name: 'a model called as a function', lines: [5], body: `
with torch.no_grad():
    for tensor in batch["tensor"]:
        self._model(tensor.unsqueeze(0))` },
    { name: 'a model with unpacked inputs', lines: [5], body: `
for t in batch["data"]:
    inputs = self._prepare(t)
    outputs = self._model(**inputs)` },
    { name: 'a transformers pipeline', lines: [4], code: `
from transformers import pipeline
pipe = pipeline("sentiment-analysis")
def run(batch):
    return [pipe(t)[0]["label"] for t in batch["data"]]` },
    { name: 'a network of the file', lines: [8], code: `
class Net(nn.Module):
    def forward(self, x):
        return self.fc(x)
class P:
    def __call__(self, batch):
        net = Net()
        for x in batch["x"]:
            net(x)` },
    { name: 'from_pretrained', lines: [5], code: `
from transformers import AutoModelForSequenceClassification
m = AutoModelForSequenceClassification.from_pretrained("x").to("cuda").eval()
def run(batch):
    for x in batch["x"]:
        m(x)` },
    { name: 'onnxruntime', lines: [5], code: `
import onnxruntime as ort
s = ort.InferenceSession("model.onnx")
def run(batch):
    for x in batch["x"]:
        s.run(None, {"input": x})` },
    { name: 'spacy', lines: [5], code: `
import spacy
nlp = spacy.load("en_core_web_sm")
def run(batch):
    for t in batch["data"]:
        doc = nlp(t)` },
    { name: 'whisper', lines: [5], code: `
import whisper
w = whisper.load_model("base")
def run(batch):
    for path in batch["local_path"]:
        w.transcribe(path)` },
    { name: 'generate with a tokenized batch of one', lines: [5], body: `
for t in batch["data"]:
    ids = torch.tensor([t])
    out = self._model.generate(ids, max_new_tokens=20)` },
    { name: 'sklearn', lines: [3], body: `
batch["label"] = [self._clf.predict([x])[0] for x in batch["features"]]` },
    { name: 'requests', lines: [6], code: `
import requests
class P:
    def __call__(self, batch):
        out = []
        for url in batch["data"].tolist():
            out.append(requests.get(url, timeout=30).content)` },
    { name: 'requests under another name', lines: [4], code: `
import requests as rq
def run(batch):
    for url in batch["url"]:
        rq.get(url)` },
    { name: 'get imported from requests', lines: [4], code: `
from requests import get
def run(batch):
    for url in batch["url"]:
        get(url)` },
    { name: 'a session of requests', lines: [5], code: `
import requests
s = requests.Session()
def run(batch):
    for url in batch["url"]:
        s.get(url)` },
    { name: 'a session that was given', lines: [4], body: `
for url in batch["url"]:
    self.session.post(url, json={})` },
    { name: 'httpx', lines: [5], code: `
import httpx
def run(batch):
    with httpx.Client() as client:
        for url in batch["url"]:
            client.get(url)` },
    { name: 'aiohttp', lines: [5], code: `
import aiohttp
async def run(batch):
    async with aiohttp.ClientSession() as http:
        for url in batch["url"]:
            async with http.get(url) as response:
                self.out.append(await response.json())` },
    { name: 'urllib', lines: [4], code: `
import urllib.request
def run(batch):
    for url in batch["url"]:
        urllib.request.urlopen(url).read()` },
    { name: 'urlopen by its name', lines: [4], code: `
from urllib.request import urlopen
def run(batch):
    for url in batch["url"]:
        urlopen(url)` },
    { name: 'an imported function that calls an LLM', lines: [4], code: `
from .llm import call_llm
def run(batch):
    for t in batch["data"]:
        call_llm(t)` },
    { name: 'openai', lines: [5], code: `
from openai import OpenAI
client = OpenAI()
def run(batch):
    for t in batch["data"]:
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": t}])` },
    { name: 'anthropic', lines: [5], code: `
import anthropic
a = anthropic.Anthropic()
def run(batch):
    for t in batch["data"]:
        a.messages.create(messages=[{"role": "user", "content": t}])` },
    { name: 'google genai', lines: [5], code: `
import google.generativeai as genai
m = genai.GenerativeModel("gemini-2.5-flash")
def run(batch):
    for t in batch["data"]:
        m.generate_content(t)` },
    { name: 'an LLM from the config', lines: [6], code: `
class P:
    def __init__(self, config, **kwargs):
        self._service = config.get("llm_service")
    def __call__(self, batch):
        for t in batch["data"]:
            self._service.generate(text=t)` },
    { name: 'await in a loop', lines: [4], code: `
class P:
    async def process(self, batch):
        for t in batch["data"]:
            await self._llm.generate(text=t)
        return batch` },
    { name: 'an async comprehension', lines: [3], code: `
class P:
    async def process(self, batch):
        return [await self._llm.generate(text=t) for t in batch["data"]]` },
    { name: 'run_until_complete', lines: [5], body: `
loop = asyncio.new_event_loop()
for t in batch["data"]:
    loop.run_until_complete(self._llm.generate(text=t))` },
    { name: 'asyncio.run of an own coroutine', lines: [7], code: `
import asyncio
class P:
    async def _ask(self, t):
        return await self._llm.generate(text=t)
    def __call__(self, batch):
        for t in batch["data"]:
            asyncio.run(self._ask(t))` },
    { name: 'asyncio.run of a coroutine with the loop', lines: [5], code: `
import asyncio
class P:
    async def _all(self, texts):
        for t in texts:
            await self._llm.generate(text=t)
    def __call__(self, batch):
        asyncio.run(self._all(batch["data"].tolist()))` },
    { name: 'a task awaited in its turn', lines: [4], code: `
async def run(batch, llm):
    for t in batch["data"]:
        task = asyncio.create_task(
            llm.generate(text=t))
        await task` },
    { name: 'gather of one', lines: [3], code: `
async def run(batch, llm):
    for t in batch["data"]:
        (answer,) = await asyncio.gather(llm.generate(text=t))` },
    { name: 'concurrent_api_calls of one', lines: [4], body: `
for t in batch["data"]:
    self.out += concurrent_api_calls(items=[t], async_fn=self._llm.generate)` },
    { name: 'a future awaited in its turn', lines: [5], body: `
with ThreadPoolExecutor(8) as pool:
    for t in batch["data"]:
        pool.submit(self._model.encode, t).result()` },
    { name: 'try and retry around one row', lines: [6], body: `
for t in batch["data"]:
    for attempt in range(3):
        try:
            answer = self._llm.generate(text=t)
            break
        except Exception as error:
            logger.warning(error)` },
    { name: 'under a condition', lines: [5], body: `
for _, row in batch.iterrows():
    if row["mime_type"] == "text/plain":
        self._model.encode(row["data"])` },
    { name: 'match', lines: [6], body: `
for _, row in batch.iterrows():
    match row["blob_type"]:
        case "text":
            self._model.encode(row["data"])
        case _:
            pass` },
    { name: 'with inside the loop', lines: [5], body: `
for t in batch["data"]:
    with torch.inference_mode():
        self._model.encode(t)` },
    { name: 'a generator function', lines: [4], code: `
class P:
    def _vectors(self, texts):
        for t in texts:
            yield self._model.encode(t)
    def __call__(self, batch):
        batch["e"] = list(self._vectors(batch["data"]))` },
    { name: 'rows from a generator function', lines: [7], code: `
def texts_of(batch):
    for _, row in batch.iterrows():
        if row["data"]:
            yield row["data"]
def run(batch, model):
    for t in texts_of(batch):
        model.encode(t)` },
    { name: 'rows of each group', lines: [5], body: `
for lang, group in batch.groupby("lang"):
    for t in group["data"]:
        self._model.encode(t)` },
    { name: 'rows of each chunk', lines: [6], body: `
texts = batch["data"].tolist()
for start in range(0, len(texts), 8):
    for t in texts[start : start + 8]:
        self._model.encode(t)` },
    { name: 'rows of parts given by np.array_split', lines: [5], body: `
for part in np.array_split(batch, 4):
    for _, row in part.iterrows():
        self._model.encode(row["data"])` },
    { name: 'texts collected first', lines: [7], body: `
texts = []
for _, row in batch.iterrows():
    texts.append(row["data"].strip())
for t in texts:
    self._model.encode(t)` },
    { name: 'texts collected with +=', lines: [6], body: `
texts = []
for _, row in batch.iterrows():
    texts += [row["data"]]
for t in texts: self._model.encode(t)` },
    { name: 'a filtered copy of the batch', lines: [5], body: `
rows = batch[batch["mime_type"] == "text/plain"].copy()
for _, row in rows.iterrows():
    self._model.encode(row["data"])` },
    { name: 'loc with a mask', lines: [5], body: `
mask = batch["data"].notna()
for t in batch.loc[mask, "data"]:
    self._model.encode(t)` },
    { name: 'after downloads in parallel', lines: [5], body: `
images = parallel_io(items=batch["data"].tolist(), process_fn=download_asset, max_workers=8)
for i in sorted(images):
    self._model(images[i])` },
    { name: 'after a pool', lines: [6], body: `
with ThreadPoolExecutor(8) as pool:
    images = list(pool.map(load_image, batch["url"].tolist()))
for image in images:
    self._model(image)` },
    { name: 'a DataFrame under another name', lines: [4], code: `
class P:
    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        for t in frame["data"]:
            self._model.encode(t)
        return frame` },
    { name: 'a dict of columns', lines: [3], code: `
def embed(batch: Dict[str, np.ndarray], model):
    for t in batch["data"]:
        model.encode(t)
    return batch` },
    { name: 'a list of rows', lines: [3], code: `
def embed(rows: list[dict], model: SentenceTransformer):
    for row in rows:
        model.encode(row["data"])` },
    { name: 'batches, row by row', lines: [4], code: `
def embed(batches: Iterator[pd.DataFrame], model):
    for batch in batches:
        for t in batch["data"]:
            model.encode(t)
        yield batch` },
    { name: '_process_batch', lines: [5], code: `
class P:
    def __call__(self, batch):
        return self._process_batch(batch)
    def _process_batch(self, df):
        df["e"] = [self._model.encode(t) for t in df["data"]]
        return df` },
    { name: 'a name in fullwidth letters', lines: [4], body: `
for t in batch["data"]:
    self.ｍodel.encode(t)` },
    { name: 'a call over several lines', lines: [5], body: `
out = []
for t in batch["data"]:
    out.append(self._llm.generate(
        text=t,
    ))` },
    { name: 'two variables of one name', lines: [8], body: `
for item in self.labels:
    text = item.title()
    self.names.append(text)
for _, row in batch.iterrows():
    text = row["data"]
    self._model.encode(text)` },
    { name: 'global', lines: [8], code: `
MODEL = None
def load():
    global MODEL
    MODEL = SentenceTransformer("x")
def run(batch):
    load()
    for t in batch["data"]:
        MODEL.encode(t)` },
    { name: 'getattr with a written name', lines: [4], body: `
for t in batch["data"]:
    getattr(self, "_model").encode(t)` },
    { name: 'a star-expression', lines: [4], body: `
first, *rest = batch["data"].tolist()
for t in rest: self._model.encode(t)` },
    { name: 'a dict of models', lines: [4], body: `
for _, row in batch.iterrows():
    self._models[row["lang"]].encode(row["data"])` },
    { name: 'several calls on one row', lines: [4, 5], body: `
for t in batch["data"]:
    self._model.encode(t)
    self._llm.generate(text=t)` },
    { name: 'polars', lines: [4], code: `
import polars as pl
def run(df: pl.DataFrame, model):
    for row in df.iter_rows(named=True):
        model.encode(row["data"])` },
    { name: 'arrow', lines: [4], code: `
import pyarrow as pa
def run(table: pa.Table, model):
    for row in table.to_pylist():
        model.encode(row["data"])` },
  ]);
});

describe('SEQ002 leaves alone in Python', () => {
  testPyRowCases('SEQ002', [
    { name: 'rows put together by their language', body: `
groups = {}
for i, row in batch.iterrows():
    groups.setdefault(row["lang"], []).append(i)
for lang, found in groups.items():
    batch.loc[found, "e"] = self._model.encode(batch.loc[found, "data"].tolist())` },
    { name: 'parts that an inner loop takes', code: `
class P:
    def __call__(self, batch):
        rows = batch["data"].tolist()
        while rows:
            part = []
            while rows and len(part) < 32:
                part.append(rows.pop(0))
            self.out.extend(self._model.encode(part))
        return batch` },
    { name: 'codes of labels', code: `
from sklearn.preprocessing import LabelEncoder
codes = LabelEncoder()
class P:
    def __call__(self, batch):
        batch["code"] = [codes.transform([kind])[0] for kind in batch["kind"]]
        return batch` },
    { name: 'a pool with one thread for the whole batch', body: `
pool = ThreadPoolExecutor(max_workers=1)
vectors = pool.submit(self._model.encode, batch["data"].tolist())
batch["e"] = vectors.result()` },
    { name: 'parts of a DataLoader, by its full name', body: `
for part in torch.utils.data.DataLoader(batch["data"].tolist(), batch_size=16):
    self.out.extend(self._model.encode(part))` },
    { name: 'groups by eq', body: `
kinds = batch["blob_type"].unique().tolist()
for kind in kinds:
    rows = batch["blob_type"].eq(kind)
    batch.loc[rows, "e"] = self._models[kind].encode(batch.loc[rows, "data"].tolist())` },
    { name: 'groups by a query', body: `
for language in batch["language"].unique():
    part = batch.query("language == @language")
    batch.loc[part.index, "e"] = self._models[language].encode(part["data"].tolist())` },
    { name: 'groups by a mask with a name', body: `
kinds = batch["blob_type"].unique()
for kind in kinds:
    mask = batch["blob_type"] == kind
    batch.loc[mask, "e"] = self._model.encode(batch.loc[mask, "data"].tolist())` },
    { name: 'tasks of a group, which keep their results themselves', body: `
async def one(i, text):
    results[i] = await self._llm.generate(text=text)
async def main():
    async with asyncio.TaskGroup() as tg:
        for i, text in enumerate(batch["data"]):
            tg.create_task(one(i, text))
asyncio.run(main())` },
    { name: 'one batched call', body: `
texts = batch["data"].fillna("").tolist()
embeddings = self._model.encode(texts, batch_size=32)
batch["e"] = [e.tolist() for e in embeddings]
return batch` },
    { name: 'images prepared, then stacked', body: `
tensors = []
for _, row in batch.iterrows():
    img = load_image(row["data"])
    tensors.append(self._preprocess(img))
stacked = torch.stack(tensors)
with torch.no_grad():
    outputs = self._model(stacked)
batch["embedding"] = outputs.cpu().tolist()` },
    { name: 'urls collected in a comprehension', body: `
urls = [row.get("source_url") or row.get("image_url", "") for _, row in batch.iterrows()]
downloaded = parallel_io(urls, download_image, max_workers=8)` },
    { name: 'chunks by range', body: `
texts = batch["data"].tolist()
out = []
for i in range(0, len(texts), 32):
    out.extend(self._model.encode(texts[i : i + 32]))
batch["e"] = out` },
    { name: 'chunks counted', body: `
texts = batch["data"].tolist()
n = (len(texts) + 31) // 32
for b in range(n):
    self._model.encode(texts[b * 32 : (b + 1) * 32])` },
    { name: 'chunks of the batch', body: `
for i in range(0, len(batch), self.size):
    part = batch.iloc[i : i + self.size]
    self._model.encode(part["data"].tolist())` },
    { name: 'chunks in a comprehension', body: `
texts = batch["data"].tolist()
chunks = [texts[i : i + 8] for i in range(0, len(texts), 8)]
vectors = [v for chunk in chunks for v in self._model.encode(chunk)]` },
    { name: 'chunks by a generator', code: `
def chunks(items, size):
    for i in range(0, len(items), size):
        yield items[i : i + size]
def run(batch, model):
    for part in chunks(batch["data"].tolist(), 32):
        model.encode(part)` },
    { name: 'chunks by while', body: `
texts = batch["data"].tolist()
start = 0
while start < len(texts):
    end = min(start + 16, len(texts))
    self._model.encode(texts[start:end])
    start = end` },
    { name: 'np.array_split', body: `
for part in np.array_split(batch["data"].to_numpy(), 4):
    self._model.encode(part.tolist())` },
    { name: 'itertools.batched', body: `
for part in itertools.batched(batch["data"], 32):
    self._model.encode(list(part))` },
    { name: 'enumerate over chunks', body: `
for i, chunk in enumerate(chunked(batch["data"].tolist(), 16)):
    self._model.encode(chunk)` },
    { name: 'groupby', body: `
for lang, group in batch.groupby("lang"):
    self._models[lang].encode(group["data"].tolist())` },
    { name: 'groupby apply', body: `
batch.groupby("lang").apply(lambda group: self._model.encode(group["data"].tolist()))` },
    { name: 'groups in a defaultdict', body: `
groups = defaultdict(list)
for _, row in batch.iterrows():
    groups[row["lang"]].append(row["data"])
for lang, texts in groups.items():
    self._models[lang].encode(texts)` },
    { name: 'groups by setdefault', body: `
groups = {}
for _, row in batch.iterrows():
    groups.setdefault(row["lang"], []).append(row["data"])
for texts in groups.values():
    self._model.encode(texts)` },
    { name: 'a buffer sent when full', body: `
buffer, out = [], []
for _, row in batch.iterrows():
    buffer.append(row["data"])
    if len(buffer) == 32:
        out.extend(self._model.encode(buffer))
        buffer = []
if buffer:
    out.extend(self._model.encode(buffer))` },
    { name: 'columns', body: `
for col in ["title", "body"]:
    batch[col + "_e"] = self._model.encode(batch[col].tolist()).tolist()` },
    { name: 'columns of the batch', body: `
for col in batch.columns:
    batch[col + "_e"] = self._model.encode(batch[col].tolist())` },
    { name: 'columns by name and values', body: `
for name, values in batch.items():
    self.vectors[name] = self._model.encode(values.tolist())` },
    { name: 'columns by going through the batch', body: `
for col in batch:
    self.vectors[col] = self._model.encode(batch[col].tolist())` },
    { name: 'apply by column', body: `
lengths = batch.apply(lambda col: self._model.encode(col.tolist()))` },
    { name: 'several models', body: `
texts = batch["data"].tolist()
votes = [model.predict(texts) for model in self._models]` },
    { name: 'outputs of one call', body: `
outputs = self._model.predict(batch["data"].tolist())
labels = []
for scores in outputs:
    labels.append(int(scores.argmax()))
batch["label"] = labels` },
    { name: 'top k of one call', body: `
outputs = self._model(torch.stack(self._prepare(batch)))
for j, i in enumerate(self.valid):
    self.labels[i] = [str(c) for c in torch.topk(outputs[j : j + 1], 5).indices[0].tolist()]` },
    { name: 'concurrent_api_calls', body: `
texts = batch["data"].fillna("").tolist()
async def enrich(text):
    return await self._llm.generate(instruction="Extract", text=text)
results = concurrent_api_calls(items=texts, async_fn=enrich, max_concurrent=10)
batch["entities"] = [r.data if r else {} for r in results]` },
    { name: 'keywords in another order', body: `
results = concurrent_api_calls(max_concurrent=10, async_fn=self._llm.generate, items=batch["data"].tolist())` },
    { name: 'an imported coroutine, gathered', code: `
import asyncio
from .llm import call_llm
def run(batch):
    calls = [call_llm(t) for t in batch["data"]]
    async def main():
        return await asyncio.gather(*calls)
    return asyncio.run(main())` },
    { name: 'rows of one group after the other', body: `
for lang in batch["lang"].unique():
    part = batch[batch["lang"] == lang]
    batch.loc[part.index, "e"] = self._models[lang].encode(part["data"].tolist())` },
    { name: 'a data loader', body: `
for part in DataLoader(batch["data"].tolist(), batch_size=32):
    self._model.encode(part)` },
    { name: 'asyncio.gather', body: `
async def main():
    return await asyncio.gather(*[self._llm.generate(text=t) for t in batch["data"]])
batch["a"] = asyncio.run(main())` },
    { name: 'gather with a semaphore', code: `
import asyncio
class P:
    async def _one(self, sem, t):
        async with sem:
            return await self._llm.generate(text=t)
    async def _all(self, texts):
        sem = asyncio.Semaphore(10)
        return await asyncio.gather(*(self._one(sem, t) for t in texts))
    def __call__(self, batch):
        batch["a"] = asyncio.run(self._all(batch["data"].tolist()))` },
    { name: 'tasks collected, then gathered', code: `
async def run(batch, llm):
    tasks = []
    for t in batch["data"]:
        tasks.append(asyncio.create_task(llm.generate(text=t)))
    return await asyncio.gather(*tasks)` },
    { name: 'tasks awaited afterwards', code: `
async def run(batch, llm):
    tasks = [asyncio.create_task(llm.generate(text=t)) for t in batch["data"]]
    return [await task for task in tasks]` },
    { name: 'a task group', code: `
async def run(batch, llm):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(llm.generate(text=t)) for t in batch["data"]]
    return [task.result() for task in tasks]` },
    { name: 'run_in_executor, gathered', code: `
async def run(batch, model):
    loop = asyncio.get_running_loop()
    jobs = [loop.run_in_executor(None, model.encode, t) for t in batch["data"]]
    return await asyncio.gather(*jobs)` },
    { name: 'futures collected', body: `
with ThreadPoolExecutor(max_workers=8) as pool:
    futures = [pool.submit(requests.get, u) for u in batch["url"]]
batch["bytes"] = [f.result().content for f in futures]` },
    { name: 'futures as they complete', body: `
with ThreadPoolExecutor(8) as pool:
    futures = {pool.submit(requests.get, u): i for i, u in enumerate(batch["url"])}
    for future in as_completed(futures):
        self.out[futures[future]] = future.result().content` },
    { name: 'futures kept in a dict', body: `
futures = {}
for i, u in enumerate(batch["url"]):
    futures[self.pool.submit(self._llm.generate, u)] = i
for future in concurrent.futures.as_completed(futures):
    self.out[futures[future]] = future.result()` },
    { name: 'pool.map with a lambda', body: `
with ThreadPoolExecutor(8) as pool:
    batch["a"] = list(pool.map(lambda t: self._llm.generate(text=t), batch["data"]))` },
    { name: 'map_batches', body: `
return self.dataset.map_batches(lambda part: self._model.encode(part["data"].tolist()))` },
    { name: 'a warm-up', code: `
class P:
    def warm(self):
        for _ in range(3):
            self._model.encode(["warm"])
    def __call__(self, batch):
        return batch` },
    { name: 'a warm-up on the first texts', body: `
texts = batch["data"].tolist()
for _ in range(3):
    self._model.encode(texts[:1])` },
    { name: 'retries of one batched call', body: `
texts = batch["data"].tolist()
for attempt in range(self.max_retries):
    try:
        batch["e"] = self._model.encode(texts)
        break
    except RuntimeError:
        time.sleep(2 ** attempt)` },
    { name: 'pages of an API', code: `
def labels(client):
    out, cursor = [], None
    while True:
        page = client.get("/labels", params={"cursor": cursor}).json()
        out.extend(page["items"])
        cursor = page.get("next")
        if not cursor:
            return out` },
    { name: 'labels embedded once', code: `
LABELS = ["a", "b"]
class P:
    def __init__(self, config):
        self._labels = [self._model.encode(label) for label in LABELS]
    def __call__(self, batch):
        return batch` },
    { name: 'text to bytes', body: `
batch["hash"] = [hashlib.sha256(t.encode()).hexdigest() for t in batch["data"]]
batch["size"] = [len(str(t).encode("utf-8")) for t in batch["data"]]` },
    { name: 'text to bytes under a telling name', body: `
for row in batch.itertuples():
    model = row.model
    self.names.append(model.encode("utf-8"))` },
    { name: 'json, re and numpy', body: `
for _, row in batch.iterrows():
    meta = json.loads(row["meta"])
    found = re.search(r"x", row["data"]) or pattern.match(row["data"])
    self.out.append(np.dot(meta["v"], meta["w"]))` },
    { name: 'vectorised strings', body: `
batch["clean"] = batch["data"].str.lower().str.replace("a", "b").apply(len)` },
    { name: 'an apply without any model', body: `
batch["n"] = batch["data"].apply(lambda t: len(t.split()))
batch["h"] = batch.apply(lambda row: row["a"] + row["b"], axis=1)` },
    { name: 'model housekeeping', body: `
for _, row in batch.iterrows():
    self._model.eval()
    self.out.append(self._model.config.hidden_size)` },
    { name: 'embedding lookups', body: `
vectors = self._model.encode(batch["data"].tolist())
for i, (_, row) in enumerate(batch.iterrows()):
    batch.at[row.name, "e"] = vectors[i].tolist()` },
    { name: 'unique texts, then looked up', body: `
texts = batch["data"].tolist()
unique = list(set(texts))
known = dict(zip(unique, self._model.encode(unique)))
batch["e"] = [known[t] for t in texts]` },
    { name: 'frames flattened', body: `
results = parallel_io(items=batch["data"].tolist(), process_fn=extract_frames, max_workers=8)
frames, owner = [], []
for i in sorted(results):
    for frame in results[i]:
        frames.append(self._preprocess(frame))
        owner.append(i)
if frames:
    embeddings = self._model(torch.stack(frames))` },
    { name: 'a local function that hashes', code: `
def text_to_embedding(text):
    return [b / 255 for b in hashlib.sha256(text.encode()).digest()]
def run(batch):
    texts = batch["data"].tolist()
    batch["e"] = [text_to_embedding(t) for t in texts]` },
    { name: 'a partial that only prepares', body: `
prepare = partial(self._resize, 224)
images = list(map(prepare, batch["data"]))
batch["e"] = self._model.encode(images).tolist()` },
    { name: 'the length of a vector', body: `
batch["dim"] = [self._model.get_embedding_dimension() for _ in batch["data"]]` },
    { name: 'properties that load once or look something up', code: `
class P:
    @property
    def model(self):
        if self._model is None:
            self._model = SentenceTransformer("all-MiniLM-L6-v2")
        return self._model
    @property
    def length(self):
        return self.model.max_seq_length
    def __call__(self, batch):
        texts = [t[: self.length] for t in batch["data"]]
        batch["e"] = self.model.encode(texts).tolist()` },
    { name: 'a property read once', code: `
class P:
    @property
    def query(self):
        return self._model.encode([self.text])[0]
    def __call__(self, batch):
        query = self.query
        batch["score"] = [float(v @ query) for v in batch["vector"]]` },
    { name: 'a property of the processor that is kept', code: `
class P:
    @cached_property
    def query(self):
        return self._model.encode([self.text])[0]
    def __call__(self, batch):
        batch["score"] = [float(v @ self.query) for v in batch["vector"]]` },
    { name: 'one call of a stub for all', code: `
def run(batch, channel):
    stub = EmbedderStub(channel)
    reply = stub.EmbedBatch(EmbedBatchRequest(texts=batch["data"].tolist()))
    batch["e"] = [list(one.vector) for one in reply.results]
    batch["request"] = [EmbedRequest(text=t) for t in batch["data"]]` },
    { name: 'a class kept in a field', code: `
class P:
    def __call__(self, batch):
        batch["n"] = [self.schema.Item(text=t) for t in batch["data"]]` },
    { name: 'models by name', code: `
class P:
    def __init__(self, config, container):
        self.models = {"en": 1}
        self.embeddings = {}
    def __call__(self, batch):
        batch["n"] = [self.models.get(t) or self.embeddings.get(t) for t in batch["lang"]]` },
    { name: 'the realtime service', code: `
class InferenceService(BaseInferenceService):
    async def __call__(self, inputs: dict, parameters: dict) -> dict:
        text = inputs.get("text", "")
        embedding = self._model.encode([text])[0].tolist()
        return {"embedding": embedding}` },
    { name: 'a realtime service with a list of texts', code: `
import httpx
async def embed_text(text: str) -> list[float]:
    async with httpx.AsyncClient() as client:
        response = await client.post("http://localhost:8001/v1", json={"inputs": {"texts": [text]}})
        return response.json()["embeddings"][0]` },
    { name: 'one variable, first rows and then labels', body: `
items = batch["data"].tolist()
batch["n"] = [len(t) for t in items]
items = self.labels
for item in items:
    self._model.encode(item)` },
    { name: 'a processor that is called per batch', code: `
def check(processor, batches: list[pd.DataFrame]):
    for batch in batches:
        processor(batch)` },
    { name: 'async batches', code: `
async def embed(batches, model):
    async for batch in batches:
        batch["e"] = model.encode(batch["data"].tolist())
        yield batch` },
    { name: 'a streamed answer', body: `
parts = []
for part in self._llm.stream(batch["data"].tolist()):
    parts.append(part)` },
    { name: 'logging and progress', body: `
for _, row in batch.iterrows():
    logger.info("row %s", row["document_id"])
    self.progress.update(1)` },
    { name: 'a string that is named like a model', code: `
def run(batch, model: str):
    return [model.format(t) + model.encode(t) for t in batch["data"]]` },
    { name: 'ray tasks', body: `
refs = [embed.remote(t) for t in batch["data"]]
batch["e"] = ray.get(refs)` },
    { name: 'a parallel of joblib', body: `
batch["e"] = Parallel(n_jobs=8)(delayed(self._model.encode)(t) for t in batch["data"])` },
    { name: 'looking one up', body: `
for label in self.labels:
    hit = next((row for row in batch.to_dict("records") if row["label"] == label), None)
    self._model.encode([label])` },
    { name: 'tests of a processor', code: `
def test_processor():
    processor = MyProcessor(config={"threshold": 0.5})
    batch = pd.DataFrame({"text": ["Hello", "World"]})
    result = processor(batch)
    assert len(result) == 2
    assert all(len(e) == 384 for e in result["my_embedding"])` },
  ]);
});
