"""Models by their id: from the hub through transformers, from the user's own folders."""

import importlib
import os

from . import models_folder
from .failure import RefusedError
from .hub import cached_folder, model_folder

_SUFFIXES = (".safetensors", ".pt", ".pth", ".bin", ".onnx", ".npz", ".npy", ".json")
_loaded = {}


def load_hf_model(hf_model_id, model_class="AutoModel", tokenizer_class="AutoTokenizer", torch_dtype="float32", **_):
    """A model of the hub, or of a local folder, as the service hands it over; loaded once per worker.

    Gives `state_dict`, `config` (a dict), `tokenizer_config` (`tokenizer_dir`, `class`), `model_class`, `hf_model_id`.
    `tokenizer_dir` is the model's folder; the id itself where nobody can be asked for one.
    """
    key = (hf_model_id, model_class, tokenizer_class, torch_dtype)
    if key not in _loaded:
        transformers = importlib.import_module("transformers")
        model = load_model(hf_model_id, model_class, torch_dtype)
        folder = model_folder(hf_model_id)
        if tokenizer_class:
            # A model without one is refused now, and not at the first batch.
            getattr(transformers, tokenizer_class).from_pretrained(folder)
        _loaded[key] = {
            "state_dict": model.state_dict(),
            "config": model.config.to_dict(),
            "tokenizer_config": {"tokenizer_dir": folder, "class": tokenizer_class},
            "model_class": model_class,
            "hf_model_id": hf_model_id,
        }
    return _loaded[key]


def load_model(hf_model_id, model_class, torch_dtype):
    """The model itself, in evaluation mode."""
    transformers = importlib.import_module("transformers")
    torch = importlib.import_module("torch")
    model = getattr(transformers, model_class).from_pretrained(model_folder(hf_model_id), torch_dtype=getattr(torch, torch_dtype))
    model.eval()
    return model


async def load_hf_model_async(hf_model_id, **options):
    """As `load_hf_model`; the loop turns meanwhile."""
    import asyncio

    return await asyncio.to_thread(load_hf_model, hf_model_id, **options)


def is_hf_model_cached(hf_model_id, **_):
    """Whether the hub's cache on this machine holds the model."""
    return cached_folder(hf_model_id) is not None


def load_namespace_model(model_id):
    """Weights by the id `name_1_0_0`: the state dict of torch and safetensors files, else the path of the file or folder.

    Raises `RefusedError` that names the folders searched.
    """
    if model_id not in _loaded:
        _loaded[model_id] = _read(find_model(model_id))
    return _loaded[model_id]


def find_model(model_id):
    """The file or folder of a model of the user."""
    for folder in models_folder.folders():
        for name in (model_id, *(model_id + suffix for suffix in _SUFFIXES)):
            path = os.path.join(folder, name)
            if os.path.exists(path):
                return path
    searched = ", ".join(os.path.abspath(folder) for folder in models_folder.folders())
    raise RefusedError(f'There is no model "{model_id}" in {searched}. Put its file there, as {model_id}.safetensors or {model_id}.pt.', "model-missing")


def _read(path):
    if os.path.isdir(path):
        inside = [os.path.join(path, name) for name in sorted(os.listdir(path)) if name.endswith((".safetensors", ".pt", ".pth", ".bin"))]
        return _read(inside[0]) if len(inside) == 1 else path
    if path.endswith(".safetensors"):
        return importlib.import_module("safetensors.torch").load_file(path)
    if path.endswith((".pt", ".pth", ".bin")):
        return importlib.import_module("torch").load(path, map_location="cpu", weights_only=True)
    return path
