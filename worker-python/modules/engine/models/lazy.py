"""Models that are loaded with the first batch."""

from plugsmith_worker.lazy import LazyModelMixin, lazy_model  # noqa: F401
