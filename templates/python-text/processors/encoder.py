"""The model and its tokenizer, loaded at the first call and kept for the life of the worker."""

import os
from functools import lru_cache

import numpy as np

MODELS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "models")


@lru_cache(maxsize=1)
def load():
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(os.path.join(MODELS, "tokenizer.json"))
    session = InferenceSession(os.path.join(MODELS, "encoder.onnx"), providers=["CPUExecutionProvider"])
    return tokenizer, session


def embed(texts, max_tokens):
    """Embeds many texts with one call of the tokenizer and one of the model: an array of `[texts, 384]`."""
    tokenizer, session = load()
    tokenizer.enable_truncation(max_tokens)
    tokenizer.enable_padding()
    encoded = tokenizer.encode_batch(texts)
    return session.run(
        ["embedding"],
        {
            "input_ids": np.array([one.ids for one in encoded], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in encoded], dtype=np.int64),
        },
    )[0]
