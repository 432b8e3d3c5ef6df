"""Counts what plugin code asks of models, tokenizers and the network: known libraries are wrapped as they are imported."""

import functools
import importlib.util
import sys

from . import stats

# Module to (class, method, kind). Only what has these names is wrapped; everything else of a library is left alone.
_COUNTED = {
    "sentence_transformers": [("SentenceTransformer", "encode", "model"), ("CrossEncoder", "predict", "model")],
    "onnxruntime": [("InferenceSession", "run", "model")],
    "torch.nn": [("Module", "__call__", "model")],
    "transformers": [("Pipeline", "__call__", "model"), ("PreTrainedTokenizerBase", "__call__", "tokenizer")],
    "tokenizers": [("Tokenizer", "encode", "tokenizer"), ("Tokenizer", "encode_batch", "tokenizer")],
    "tiktoken": [("Encoding", "encode", "tokenizer"), ("Encoding", "encode_batch", "tokenizer")],
    "requests": [("Session", "request", "io")],
    "httpx": [("Client", "send", "io"), ("AsyncClient", "send", "waiting")],
    "urllib.request": [("OpenerDirector", "open", "io")],
}


class Instruments:
    """Stands first on `sys.meta_path` and finds nothing itself: it wraps what the others found."""

    def __init__(self):
        self._looking = set()

    def find_spec(self, fullname, path=None, target=None):
        if fullname not in _COUNTED or fullname in self._looking:
            return None
        self._looking.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._looking.discard(fullname)
        if spec is None or spec.loader is None or not hasattr(spec.loader, "exec_module"):
            return spec
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            _wrap(fullname, module)

        spec.loader.exec_module = exec_module
        return spec


def install():
    """Once per process. What is imported already is wrapped at once."""
    sys.meta_path.insert(0, Instruments())
    for name in _COUNTED:
        if name in sys.modules:
            _wrap(name, sys.modules[name])


def _wrap(name, module):
    for owner, method, kind in _COUNTED[name]:
        target = getattr(module, owner, None)
        function = getattr(target, method, None)
        if isinstance(target, type) and callable(function) and not hasattr(function, "__plugsmith__"):
            wrapped = _awaited(function) if kind == "waiting" else _counted(function, kind)
            wrapped.__plugsmith__ = True
            try:
                setattr(target, method, wrapped)
            except TypeError:
                # A class written in C, whose methods cannot be replaced: its calls are not counted.
                continue


def _counted(function, kind):
    @functools.wraps(function)
    def call(*args, **kwargs):
        with stats.counted(kind):
            return function(*args, **kwargs)

    return call


def _awaited(function):
    @functools.wraps(function)
    async def call(*args, **kwargs):
        async with stats.Waiting():
            return await function(*args, **kwargs)

    return call
