"""Models by their id, loaded when they are first needed."""

from plugsmith_worker.lazy import LazyModelMixin, lazy_model  # noqa: F401
from plugsmith_worker.loading import (  # noqa: F401
    is_hf_model_cached,
    load_hf_model,
    load_hf_model_async,
    load_namespace_model,
)
