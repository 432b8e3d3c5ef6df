"""Weights that were uploaded to the namespace."""

from plugsmith_worker.loading import load_namespace_model  # noqa: F401
