"""Files of models on the hub. The supervisor downloads; a worker needs no network, and a run uses one commit."""

import os

from . import supervisor
from .failure import RefusedError

# What transformers looks for when it loads a model and its tokenizer from a folder.
_USUAL = (
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json", "merges.txt",
    "sentencepiece.bpe.model", "spiece.model", "tokenizer.model", "preprocessor_config.json", "generation_config.json",
)
_INDEX = "model.safetensors.index.json"
# Answers that say that there is nobody to ask: a test, or a supervisor without this service.
_NOBODY = ("no-supervisor", "no-service", "unknown-method")


def hub_file(repo, file, revision="main", optional=False):
    """The path of one file. None where `optional` is set and the model has no such file; else raises `RefusedError`."""
    answer = supervisor.fetch(f"{repo}/{file}", "hub", repo=repo, file=file, revision=revision, optional=optional)
    return None if answer is None else answer["path"]


def model_folder(model_id):
    """A folder from which transformers loads the model; the id itself where nobody can be asked for one."""
    if os.path.isdir(model_id):
        return model_id
    try:
        config = hub_file(model_id, "config.json")
    except RefusedError as error:
        if error.code in _NOBODY:
            return model_id
        raise
    if hub_file(model_id, "model.safetensors", optional=True) is None:
        index = hub_file(model_id, _INDEX, optional=True)
        for part in _parts(index) if index else ["pytorch_model.bin"]:
            hub_file(model_id, part)
    for name in _USUAL:
        hub_file(model_id, name, optional=True)
    return os.path.dirname(config)


def _parts(index):
    """The files that an index of weights names."""
    import json

    with open(index, encoding="utf-8") as file:
        return sorted(set(json.load(file)["weight_map"].values()))


def cached_folder(model_id):
    """The newest folder of a model in the hub's cache on this machine; None when it is not there."""
    home = os.environ.get("HF_HOME") or os.path.join(os.path.expanduser("~"), ".cache", "huggingface")
    cache = os.environ.get("HF_HUB_CACHE") or os.path.join(home, "hub")
    folder = os.path.join(cache, "models--" + model_id.replace("/", "--"), "snapshots")
    found = [os.path.join(folder, name) for name in os.listdir(folder)] if os.path.isdir(folder) else []
    return max(found, key=os.path.getmtime, default=None)
