"""The base of batch services, under its older name."""

from plugsmith_worker.services import BaseBatchInferenceService  # noqa: F401
