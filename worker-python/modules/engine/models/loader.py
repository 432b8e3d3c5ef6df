"""Models by their id."""

from plugsmith_worker.loading import (  # noqa: F401
    is_hf_model_cached,
    load_hf_model,
    load_hf_model_async,
    load_namespace_model,
)
