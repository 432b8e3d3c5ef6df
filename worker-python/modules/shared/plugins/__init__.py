"""Helpers for plugin code."""

from plugsmith_worker.container import LLMRequest  # noqa: F401
from plugsmith_worker.helpers import concurrent_api_calls, download_asset, open_asset, parallel_io  # noqa: F401
