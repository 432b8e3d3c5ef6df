"""Models that are loaded with the first batch."""

import functools
import importlib

from .loading import load_hf_model, load_namespace_model


class LazyModelMixin:
    """Gives `get_model()`, `model` and `tokenizer`; class attributes say which model that is."""

    model_id = ""
    model_class = "AutoModel"
    tokenizer_class = "AutoTokenizer"
    torch_dtype = "float32"
    model_source = "huggingface"

    _lazy_model = None
    _lazy_tokenizer = None
    _lazy_loaded = False

    def get_model(self):
        """`(model, tokenizer)`, loaded at the first call."""
        self.ensure_model_loaded()
        return self.model, self.tokenizer

    def ensure_model_loaded(self):
        """Loads the model once; may be overridden to load it in another way."""
        if self._lazy_loaded:
            return
        if not self.model_id:
            raise ValueError(f"{type(self).__name__} names no model: set model_id")
        if self.model_source == "namespace":
            cached = load_namespace_model(self.model_id)
        else:
            cached = load_hf_model(self.model_id, self.model_class, self.tokenizer_class, self.torch_dtype)
        made = self._instantiate_model(cached)
        self._lazy_model, self._lazy_tokenizer = made if isinstance(made, tuple) else (made, None)
        self._lazy_loaded = True

    @property
    def model(self):
        """The model; of a class that loads it itself, what it keeps as `_model`."""
        if self._lazy_model is None and not self._lazy_loaded and getattr(self, "_model", None) is None:
            self.ensure_model_loaded()
        return self._lazy_model if self._lazy_model is not None else getattr(self, "_model", None)

    @property
    def tokenizer(self):
        if self._lazy_tokenizer is None and not self._lazy_loaded and getattr(self, "_tokenizer", None) is None:
            self.ensure_model_loaded()
        return self._lazy_tokenizer if self._lazy_tokenizer is not None else getattr(self, "_tokenizer", None)

    def _instantiate_model(self, cached):
        """`(model, tokenizer)` of what was loaded; to be overridden for models of another sort."""
        return instantiate(cached, self.model_class, self.tokenizer_class, self._detect_device())

    def _detect_device(self):
        """`cuda` or `mps` where there is one, else `cpu`."""
        return detect_device()


def instantiate(cached, model_class, tokenizer_class, device):
    """A model and its tokenizer from the dict of `load_hf_model`."""
    if not isinstance(cached, dict) or "state_dict" not in cached or "config" not in cached:
        # Weights without a description of their model: the author knows which it is.
        return cached, None
    transformers = importlib.import_module("transformers")
    config = transformers.AutoConfig.for_model(**cached["config"])
    model = getattr(transformers, model_class).from_config(config)
    model.load_state_dict(cached["state_dict"])
    model.to(device)
    model.eval()
    folder = cached["tokenizer_config"]["tokenizer_dir"]
    return model, getattr(transformers, tokenizer_class).from_pretrained(folder) if tokenizer_class else None


def detect_device():
    torch = importlib.import_module("torch")
    if torch.cuda.is_available():
        return "cuda"
    mps = getattr(torch.backends, "mps", None)
    return "mps" if mps is not None and mps.is_available() else "cpu"


def lazy_model(model_id, model_class="AutoModel", tokenizer_class="AutoTokenizer", torch_dtype="float32", **_):
    """Sets `_model`, `_tokenizer` and `_device` of the instance before the decorated method runs for the first time."""

    def decorate(method):
        @functools.wraps(method)
        def call(self, *args, **kwargs):
            if getattr(self, "_model", None) is None:
                cached = load_hf_model(model_id, model_class, tokenizer_class, torch_dtype)
                self._device = detect_device()
                self._model, self._tokenizer = instantiate(cached, model_class, tokenizer_class, self._device)
            return method(self, *args, **kwargs)

        return call

    return decorate
