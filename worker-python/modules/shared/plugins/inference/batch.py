"""The base of batch services."""

from plugsmith_worker.services import BaseBatchInferenceService  # noqa: F401
