"""Built-in services of the platform by their id, on onnxruntime: the model comes from the hub's cache or a folder of the user."""

import importlib
import os
from dataclasses import dataclass
from typing import Optional

import numpy

from . import models_folder
from .failure import RefusedError
from .helpers import download_asset, open_asset, parallel_io
from .hub import hub_file, model_folder
from .services import BaseBatchInferenceService

_MAX_TOKENS = 512


@dataclass
class InferenceConfigs:
    """Which column a service reads, and which it writes."""

    text_column: str = "data"
    output_column_name: str = "embedding"
    image_column: str = "data"
    audio_column: str = "data"
    query_column: str = "query"
    query: Optional[str] = None
    prefix: str = ""
    output_column: Optional[str] = None

    @property
    def written(self):
        """The column that is written; some services call it `output_column`."""
        return self.output_column or self.output_column_name


def get_batch_service(service_id):
    """The class of a built-in service. Its model is loaded with the first batch. Raises `ValueError` for an unknown id."""
    if service_id not in _SERVICES:
        raise ValueError(f'there is no built-in service "{service_id}"; there are {", ".join(_SERVICES)}')
    return _SERVICES[service_id]


class _OnnxService(BaseBatchInferenceService):
    service_id = ""
    # Where the hub has the model in ONNX: the service's own name unless told.
    repository = None
    file = "onnx/model.onnx"

    def __init__(self, config=None, **kwargs):
        super().__init__(config, **kwargs)
        # Plugins may have configuration classes of their own; what they lack is as here.
        self.config = config if isinstance(config, InferenceConfigs) else InferenceConfigs(**_known(config))
        self._session = None
        self._tokenizer = None
        self._folder = None

    def ensure_model_loaded(self):
        """Opens model and tokenizer once. Raises `RefusedError` that says where they were looked for."""
        if self._session is not None:
            return
        runtime = importlib.import_module("onnxruntime")
        self._folder, path = find_onnx(self.service_id, self.repository or self.service_id, self.file)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = models_folder.threads()
        self._session = runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        tokens = os.path.join(self._folder, "tokenizer.json")
        if os.path.isfile(tokens):
            tokenizer = importlib.import_module("tokenizers").Tokenizer.from_file(tokens)
            tokenizer.enable_truncation(_MAX_TOKENS)
            tokenizer.enable_padding()
            self._tokenizer = tokenizer

    def _tokens(self, texts):
        """The tokenizer's arrays that the model has inputs for."""
        if self._tokenizer is None:
            raise RefusedError(f"The model in {self._folder} has no tokenizer.json.", "model-missing")
        encoded = self._tokenizer.encode_batch(texts)
        arrays = {
            "input_ids": numpy.array([item.ids for item in encoded], dtype=numpy.int64),
            "attention_mask": numpy.array([item.attention_mask for item in encoded], dtype=numpy.int64),
            "token_type_ids": numpy.array([item.type_ids for item in encoded], dtype=numpy.int64),
        }
        return arrays["attention_mask"], {item.name: arrays[item.name] for item in self._session.get_inputs() if item.name in arrays}


class TextEmbedder(_OnnxService):
    """Texts to vectors of length 1: the mean of the tokens' states, or what the model calls its sentence embedding."""

    def _process_batch(self, batch):
        texts = batch[self.config.text_column].fillna("").tolist()
        self.ensure_model_loaded()
        mask, feed = self._tokens([self.config.prefix + str(text) for text in texts])
        names = [item.name for item in self._session.get_outputs()]
        outputs = dict(zip(names, self._session.run(None, feed)))
        states = outputs.get("sentence_embedding", outputs.get("last_hidden_state", outputs[names[0]]))
        if states.ndim == 3:
            weights = mask[:, :, None].astype(numpy.float32)
            states = (states * weights).sum(axis=1) / numpy.maximum(weights.sum(axis=1), 1)
        batch[self.config.written] = list(_unit(states))
        return batch


class ImageEmbedder(_OnnxService):
    """Pictures to vectors of length 1. A picture that cannot be read leaves None, and is counted."""

    def _process_batch(self, batch):
        urls = batch[self.config.image_column].tolist()
        self.ensure_model_loaded()
        size = self._session.get_inputs()[0].shape[-1]
        side = size if isinstance(size, int) else 224
        pictures = parallel_io(urls, lambda url: _pixels(url, side))
        vectors = [None] * len(urls)
        if pictures:
            outputs = self._session.run(None, {self._session.get_inputs()[0].name: numpy.stack(list(pictures.values()))})
            names = [item.name for item in self._session.get_outputs()]
            named = dict(zip(names, outputs))
            found = named.get("image_embeds", named.get("pooler_output", outputs[-1]))
            for index, vector in zip(pictures, _unit(found)):
                vectors[index] = vector
        batch[self.config.written] = vectors
        return batch


class Reranker(_OnnxService):
    """The score of each text for a query, from the column `query` or the configuration."""

    def _process_batch(self, batch):
        texts = batch[self.config.text_column].fillna("").tolist()
        queries = [self.config.query] * len(texts) if self.config.query is not None else batch[self.config.query_column].fillna("").tolist()
        self.ensure_model_loaded()
        _, feed = self._tokens([(str(query), str(text)) for query, text in zip(queries, texts)])
        logits = self._session.run(None, feed)[0].reshape(len(texts), -1)[:, 0]
        batch[self.config.written] = (1 / (1 + numpy.exp(-logits))).astype(float)
        return batch


class Whisper(BaseBatchInferenceService):
    """Sound to text, through transformers where it is installed. Sound that cannot be fetched leaves None, and is counted."""

    service_id = "openai/whisper-large-v3-turbo"

    def __init__(self, config=None, **kwargs):
        super().__init__(config, **kwargs)
        self.config = config if isinstance(config, InferenceConfigs) else InferenceConfigs(**_known(config))
        self._pipeline = None

    def _process_batch(self, batch):
        urls = batch[self.config.audio_column].tolist()
        if self._pipeline is None:
            transformers = importlib.import_module("transformers")
            self._pipeline = transformers.pipeline("automatic-speech-recognition", model=model_folder(self.service_id))
        files = parallel_io(urls, download_asset)
        texts = [None] * len(urls)
        try:
            heard = self._pipeline([path for path, _ in files.values()]) if files else []
        finally:
            for path, is_temporary in files.values():
                if is_temporary and os.path.exists(path):
                    os.unlink(path)
        for index, answer in zip(files, heard):
            texts[index] = answer["text"].strip()
        batch[self.config.written] = texts
        return batch


class MultilingualE5(TextEmbedder):
    service_id = "intfloat/multilingual-e5-large-instruct"


class SigLip(ImageEmbedder):
    service_id = "google/siglip-base-patch16-224"
    repository = "Xenova/siglip-base-patch16-224"
    file = "onnx/vision_model.onnx"


class JinaCode(TextEmbedder):
    service_id = "jinaai/jina-embeddings-v2-base-code"


class BgeReranker(Reranker):
    service_id = "BAAI/bge-reranker-v2-m3"
    repository = "onnx-community/bge-reranker-v2-m3-ONNX"


_SERVICES = {service.service_id: service for service in (MultilingualE5, SigLip, JinaCode, BgeReranker, Whisper)}


def find_onnx(model_id, repository, file):
    """`(folder, file)` of a model: the user's own folders first, then the hub. Raises `RefusedError` that names both."""
    folders = [os.path.join(folder, *model_id.split("/")) for folder in models_folder.folders()]
    for folder in folders:
        own = [name for name in os.listdir(folder) if name.endswith(".onnx")] if os.path.isdir(folder) else []
        for name in (file, "onnx/model.onnx", "model.onnx", *(own if len(own) == 1 else [])):
            if os.path.isfile(os.path.join(folder, name)):
                return folder, os.path.join(folder, name)
    try:
        path = hub_file(repository, file)
        for beside in (f"{file}_data", f"{file}.data", "tokenizer.json"):
            hub_file(repository, beside, optional=True)
    except RefusedError as error:
        searched = ", ".join(map(os.path.abspath, folders))
        raise RefusedError(f"The model {model_id} is not in {searched}, and the hub's {repository}/{file} cannot be had: {error}", "model-missing") from error
    # The folder of the model, as many levels above the file as the file lies deep.
    return path[: -len(file) - 1], path


def _pixels(url, side):
    """A picture as the model's input: `side` squared, three colours, from -1 to 1."""
    image = importlib.import_module("PIL.Image")
    with open_asset(url) as path:
        picture = image.open(path).convert("RGB").resize((side, side), image.Resampling.BICUBIC)
    return (numpy.asarray(picture, dtype=numpy.float32).transpose(2, 0, 1) / 255 - 0.5) / 0.5


def _unit(vectors):
    lengths = numpy.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / numpy.maximum(lengths, 1e-12)).astype(numpy.float32)


def _known(config):
    """The fields of any configuration object that a service has."""
    given = config if isinstance(config, dict) else vars(config) if hasattr(config, "__dict__") else {}
    return {name: value for name, value in given.items() if name in InferenceConfigs.__dataclass_fields__}
