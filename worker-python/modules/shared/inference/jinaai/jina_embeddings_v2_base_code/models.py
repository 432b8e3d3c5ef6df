"""The configuration of the service of this name."""

from plugsmith_worker.builtin import InferenceConfigs  # noqa: F401
