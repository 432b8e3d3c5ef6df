"""The supervisor as plugin code and the modules it imports reach it. In a process that is no worker there is none."""

from .failure import RefusedError

# A header has its limit; nobody reads a line as long as this.
_MESSAGE_CHARS = 65_536

_connection = None
_request = 0
_step = None


def attach(connection):
    """Called once by the worker."""
    global _connection
    _connection = connection


def begin(request):
    """The request in hand: a plugin's own progress counts for it."""
    global _request
    _request = request


def set_step(name):
    """The step that is running, for logs; None between steps."""
    global _step
    _step = name


def ask(method, **params):
    """Asks and waits. Raises `RefusedError` in the supervisor's words."""
    return _ask(method, params).result()


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


def metric(name, value):
    """Counts something for the report."""
    if _connection is not None:
        _connection.send({"type": "metric", "name": str(name), "value": value})
