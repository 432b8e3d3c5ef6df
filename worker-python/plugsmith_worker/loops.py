"""The worker's event loop: one for its whole life, on the main thread, so that a client kept from batch to batch works."""

import inspect
import sys
import threading

_loop = None
_helper = None
_lock = threading.Lock()


def main_loop():
    """The loop on which async plugin code runs. Made when something first needs it: asyncio takes its time to import."""
    global _loop
    if _loop is None or _loop.is_closed():
        import asyncio

        _loop = asyncio.new_event_loop()
        # Plugin code that asks for the current loop gets this one, and not a new one for every batch.
        asyncio.set_event_loop(_loop)
    return _loop


def restore():
    """Before a step: `asyncio.run` in an earlier one left no current loop, or that one closed it."""
    if _loop is not None:
        import asyncio

        asyncio.set_event_loop(main_loop())
    elif "asyncio" in sys.modules:
        main_loop()


def settle(value):
    """What plugin code returned, awaited where it has to be. Called on the main thread."""
    if inspect.isawaitable(value):
        return main_loop().run_until_complete(_await(value))
    return value


def drain(source):
    """The items of an asynchronous generator as a list."""

    async def collect():
        return [item async for item in source]

    return main_loop().run_until_complete(collect())


def run(make):
    """Runs the coroutine that `make` gives to its end, wherever it is called.

    On the main thread that is the worker's loop. Inside of a running loop, or on another thread, it is a second loop on
    a thread of its own, which lives as long: a loop cannot be entered twice.
    """
    import asyncio

    try:
        asyncio.get_running_loop()
        inside = True
    except RuntimeError:
        inside = False
    if not inside and threading.current_thread() is threading.main_thread():
        return main_loop().run_until_complete(make())
    return asyncio.run_coroutine_threadsafe(make(), _helper_loop()).result()


def _helper_loop():
    global _helper
    import asyncio

    with _lock:
        if _helper is None:
            _helper = asyncio.new_event_loop()
            threading.Thread(target=_helper.run_forever, name="plugsmith-loop", daemon=True).start()
        return _helper


async def _await(value):
    return await value
