import { describe } from 'vitest';
import { testPyRowCases } from './pyRowCases.js';

describe('SEQ003 finds in Python', () => {
  testPyRowCases('SEQ003', [
    { name: 'a tokenizer that is called', lines: [4], body: `
for text in batch["data"]:
    inputs = self._tokenizer(text, return_tensors="pt", padding=True)` },
    { name: 'encode', lines: [3], body: `
batch["ids"] = [self._tokenizer.encode(text) for text in batch["data"]]` },
    { name: 'the tokenizer of a model', lines: [5, 6], code: `
from sentence_transformers import SentenceTransformer
m = SentenceTransformer("a")
def run(batch):
    for t in batch["data"]:
        m.tokenizer.encode(t)
        m.tokenizer(t)` },
    { name: 'tokenize by apply', lines: [3], body: `
batch["tokens"] = batch["data"].apply(self._tokenizer.tokenize)` },
    { name: 'a lambda', lines: [3], body: `
batch["ids"] = batch["data"].map(lambda t: self.tokenizer(t)["input_ids"])` },
    { name: 'AutoTokenizer', lines: [5], code: `
from transformers import AutoTokenizer
tok = AutoTokenizer.from_pretrained("bert-base-uncased")
def run(batch):
    for t in batch["data"]:
        tok(t, truncation=True)` },
    { name: 'a tokenizer of the tokenizers package', lines: [5], code: `
from tokenizers import Tokenizer
t = Tokenizer.from_file("tokenizer.json")
def run(batch):
    for text in batch["data"]:
        t.encode(text).ids` },
    { name: 'tiktoken for a model', lines: [4], code: `
import tiktoken
e = tiktoken.encoding_for_model("gpt-4o")
def run(batch):
    return [len(e.encode(t)) for t in batch["data"]]` },
    { name: 'sentencepiece', lines: [4], code: `
import sentencepiece as spm
sp = spm.SentencePieceProcessor(model_file="m.model")
def run(batch):
    return [sp.encode(t) for t in batch["data"]]` },
    { name: 'clip.tokenize', lines: [4], code: `
import clip
def run(batch):
    for t in batch["data"]:
        clip.tokenize(t)` },
    { name: 'batch_encode_plus of one', lines: [4], body: `
for t in batch["data"]:
    self._tokenizer.batch_encode_plus([t])` },
    { name: 'a helper', lines: [6], code: `
class P:
    def _count(self, text):
        return len(self._tokenizer.encode(text))
    def __call__(self, batch):
        for text in batch["data"]:
            self._count(text)` },
    { name: 'by index', lines: [4], body: `
for i in range(len(batch)):
    self._tokenizer(batch.iloc[i]["data"])` },
    { name: 'tokenized per row, then one call', lines: [5], body: `
ids = []
for text in batch["data"]:
    ids.append(self._tokenizer.encode(text))
batch["e"] = self._model(pad(ids))` },
    { name: 'in parallel threads that wait for each other', lines: [3], body: `
batch["n"] = [self._tokenizer.encode_plus(t)["length"] for i, t in enumerate(batch["data"])]` },
  ]);
});

describe('SEQ003 leaves alone in Python', () => {
  testPyRowCases('SEQ003', [
    { name: 'one call for all texts', body: `
texts = batch["text"].tolist()
inputs = self._tokenizer(texts, return_tensors="pt", padding=True)
outputs = self._model(**inputs)
batch["embedding"] = outputs.last_hidden_state.mean(dim=1).tolist()` },
    { name: 'batch_encode_plus', body: `
encoded = self._tokenizer.batch_encode_plus(batch["data"].tolist(), padding=True)
for ids in encoded["input_ids"]:
    self.lengths.append(len(ids))` },
    { name: 'decoding outputs', body: `
outputs = self._model.generate(**self._tokenizer(batch["data"].tolist(), padding=True))
batch["text"] = [self._tokenizer.decode(o, skip_special_tokens=True) for o in outputs]` },
    { name: 'a local tokenize', code: `
def tokenize(text):
    return text.lower().split()
def run(batch):
    batch["tokens"] = [tokenize(t) for t in batch["data"]]` },
    { name: 'text to bytes', body: `
batch["bytes"] = batch["data"].apply(lambda t: t.encode("utf-8"))
batch["b64"] = [base64.b64encode(t.encode()) for t in batch["data"]]` },
    { name: 'chunks', body: `
texts = batch["data"].tolist()
for i in range(0, len(texts), 32):
    self._tokenizer(texts[i : i + 32], padding=True)` },
    { name: 'a prompt tokenized once', body: `
prompt = self._tokenizer.encode("classify:")
batch["ids"] = [prompt + [len(t)] for t in batch["data"]]` },
  ]);
});
