"""The bases of services, under their older names."""

from plugsmith_worker.services import BaseBatchInferenceService, BaseInferenceService  # noqa: F401
