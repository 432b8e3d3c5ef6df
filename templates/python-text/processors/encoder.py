"""The model and its tokenizer, loaded at the first call and kept for the life of the worker."""

from functools import cache
from pathlib import Path

import numpy as np

MODELS = Path(__file__).resolve().parent.parent / "models"


@cache
def load():
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(MODELS / "tokenizer.json"))
    session = InferenceSession(MODELS / "encoder.onnx", providers=["CPUExecutionProvider"])
    return tokenizer, session


def embed(texts: list[str], max_tokens: int) -> np.ndarray:
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
