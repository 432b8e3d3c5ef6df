"""The bases that plugins derive their services from."""

import inspect
import logging
from types import SimpleNamespace


class BaseBatchInferenceService:
    """A processor that implements `_process_batch(batch)`; rows come numbered from 0 and go back so."""

    def __init__(self, config=None, **kwargs):
        self.config = config
        self.logger = logging.getLogger(type(self).__module__)

    def _process_batch(self, batch):
        raise NotImplementedError(f"{type(self).__name__} has no _process_batch(self, batch) that returns the batch")

    def __call__(self, batch):
        result = self._process_batch(batch.reset_index(drop=True))
        return _later(result) if inspect.isawaitable(result) else _numbered(result)


async def _later(result):
    return _numbered(await result)


def _numbered(result):
    return result.reset_index(drop=True) if hasattr(result, "reset_index") else result


class BaseInferenceService:
    """A realtime service: it implements `run_inference`, `__call__` or `_process_single` with `(inputs, parameters)`."""

    def __init__(self, **kwargs):
        self.logger = logging.getLogger(type(self).__module__)


class ServeDeploymentConfig(SimpleNamespace):
    """How the service's cluster deploys a realtime service; nothing here depends on it."""

    def __init__(self, enabled=True, num_replicas=1, **more):
        super().__init__(enabled=enabled, num_replicas=num_replicas, **more)
