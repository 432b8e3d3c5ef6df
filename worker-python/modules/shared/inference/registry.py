"""Built-in services by their id."""

from plugsmith_worker.builtin import get_batch_service  # noqa: F401
