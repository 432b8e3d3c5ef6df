"""Counters of what plugin code asked models, tokenizers and the network for. One set per process, for any thread."""

import threading
import time
from contextlib import contextmanager

KINDS = ("model", "tokenizer", "io")
# Fewer rows than this say nothing about how a plugin treats a batch.
_TELLING_ROWS = 4

_lock = threading.Lock()
_counts = {f"{kind}_{what}": 0 for kind in KINDS for what in ("calls", "seconds")}
_counts["io_failures"] = 0
_first_io_error = None
_io_in_flight = 0
_io_overlapped = False
_inside = threading.local()


@contextmanager
def counted(kind):
    """Counts one call. A call inside of a counted call is part of it: `encode` of a library tokenizes and runs a model."""
    global _io_in_flight, _io_overlapped
    if getattr(_inside, "kind", None) is not None:
        yield
        return
    _inside.kind = kind
    started = time.perf_counter()
    if kind == "io":
        with _lock:
            _io_in_flight += 1
            _io_overlapped = _io_overlapped or _io_in_flight > 1
    try:
        yield
    finally:
        _inside.kind = None
        with _lock:
            _io_in_flight -= kind == "io"
            _counts[f"{kind}_calls"] += 1
            _counts[f"{kind}_seconds"] += time.perf_counter() - started


class Waiting:
    """Counts one asynchronous piece of I/O. Many of them share a thread, so none is inside of another."""

    async def __aenter__(self):
        global _io_in_flight, _io_overlapped
        self._started = time.perf_counter()
        with _lock:
            _io_in_flight += 1
            _io_overlapped = _io_overlapped or _io_in_flight > 1

    async def __aexit__(self, *_):
        global _io_in_flight
        with _lock:
            _io_in_flight -= 1
            _counts["io_calls"] += 1
            _counts["io_seconds"] += time.perf_counter() - self._started


def note_together(number):
    """So many items are being worked on at once: however fast each of them ends, they are not waited for one by one."""
    global _io_overlapped
    with _lock:
        _io_overlapped = _io_overlapped or number > 1


def note_io_failure(error):
    """An item of `parallel_io` or `concurrent_api_calls` that failed: the plugin goes on without it, the report tells."""
    global _first_io_error
    with _lock:
        _counts["io_failures"] += 1
        _first_io_error = _first_io_error or f"{type(error).__name__}: {error}"


class StepMeter:
    """Statistics of one step over one frame."""

    def __init__(self, name):
        self.stats = {
            "name": name, "rows": 0, "batches": 0, "seconds": 0, "model_seconds": 0, "tokenizer_seconds": 0, "io_seconds": 0,
            "model_calls": 0, "tokenizer_calls": 0, "io_calls": 0, "io_failures": 0, "first_io_error": None,
            "sequential": {"model": 0, "tokenizer": 0, "io": 0},
        }

    @contextmanager
    def batch(self, rows):
        """Around each call of the step."""
        global _first_io_error, _io_overlapped
        before = dict(_counts)
        started = time.perf_counter()
        _io_overlapped = _io_in_flight > 0
        try:
            yield
        finally:
            wall = time.perf_counter() - started
            used = {key: value - before[key] for key, value in _counts.items()}
            stats = self.stats
            stats["rows"] += rows
            stats["batches"] += 1
            stats["seconds"] += wall
            stats["io_failures"] += used["io_failures"]
            for kind in KINDS:
                stats[f"{kind}_calls"] += used[f"{kind}_calls"]
                # Calls that overlap add up to more than the wall saw; the split must not exceed the whole.
                stats[f"{kind}_seconds"] += min(used[f"{kind}_seconds"], wall)
                in_turn = used[f"{kind}_calls"] >= rows >= _TELLING_ROWS
                stats["sequential"][kind] += in_turn and not (kind == "io" and _io_overlapped)
            stats["first_io_error"] = stats["first_io_error"] or _first_io_error
            _first_io_error = None
