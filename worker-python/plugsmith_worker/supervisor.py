"""The supervisor as plugin code and the modules it imports reach it. In a process that is no worker there is none."""

import math
import os
import threading
from contextlib import contextmanager

from .failure import RefusedError

# A header has its limit; nobody reads a line as long as this.
_MESSAGE_CHARS = 65_536

# What is fetched may be large: while it is awaited, this often a sign of life, in seconds.
_BEAT_SECONDS = 2.0

_connection = None
_request = 0
_is_query = False
_step = None
# What plugin code counted for the frame in hand, by name; None while there is none. Any thread may count.
_counted = None
_counting = threading.Lock()


def attach(connection):
    """Called once by the worker."""
    global _connection
    _connection = connection


def begin(request, is_query=False):
    """The request in hand: a plugin's own progress counts for it. A query has somebody who waits for it."""
    global _request, _is_query
    _request, _is_query = request, is_query


def set_step(name):
    """The step that is running, for logs; None between steps."""
    global _step
    _step = name


def ask(method, **params):
    """Asks and waits. Raises `RefusedError` in the supervisor's words."""
    return _ask(method, params).result()


def fetch(what, method, **params):
    """Asks for a file, which may take its time: the deadline of the request in hand begins anew meanwhile.

    The deadline of a query stands, whatever is being fetched.
    """
    from concurrent.futures import wait

    answer = _ask(method, params)
    while not wait([answer], timeout=_BEAT_SECONDS).done:
        if not _is_query:
            note(f"fetching {what[:200]}")
    return answer.result()


async def ask_async(method, **params):
    """Asks, and lets the loop turn meanwhile."""
    import asyncio

    return await asyncio.wrap_future(_ask(method, params))


def _ask(method, params):
    if _connection is None:
        raise RefusedError(f'"{method}" is answered by Plugsmith, and this process is none of its workers. In a test, give the processor a stand-in.', "no-supervisor")
    return _connection.ask(method, params)


def log(level, message):
    """`level` is `debug`, `info`, `warn` or `error`."""
    if _connection is None:
        import sys

        print(f"{level}: {message}", file=sys.stderr)
        return
    _connection.send({"type": "log", "level": level, "message": str(message)[:_MESSAGE_CHARS], "step": _step})


def note(text):
    """A plugin's own progress: the deadline of the request in hand begins anew."""
    if _connection is not None:
        _connection.send({"type": "progress", "id": _request, "batches": 0, "note": str(text)})


@contextmanager
def counting():
    """Around the work of one frame: gives the dict of what is counted meanwhile, which travels with the result.

    So the two are kept or lost together. What is counted at any other time is sent at once.
    """
    global _counted
    _counted = mine = {}
    try:
        yield mine
    finally:
        with _counting:
            _counted = None


def metric(name, value):
    """Counts something for the report. NaN, infinities and None count for nothing."""
    name, number = str(name), float(value or 0)
    if _connection is None or not math.isfinite(number):
        return
    with _counting:
        if _counted is not None:
            _counted[name] = _counted.get(name, 0) + number
            return
    _connection.send({"type": "metric", "name": name, "value": number})


def _forked():
    """A child that the plugin forks has no result to put its counts into, and perhaps a lock that nobody opens again."""
    global _counted, _counting
    _counted, _counting = None, threading.Lock()


os.register_at_fork(after_in_child=_forked)
