"""The base of realtime services."""

from plugsmith_worker.services import BaseInferenceService, ServeDeploymentConfig  # noqa: F401
