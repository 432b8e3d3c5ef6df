"""What keeps a worker's process apart from the plugin that shares it."""

import faulthandler
import os
import signal
import sys
from contextlib import contextmanager


def arm():
    """Printed text leaves at once; crashes, and SIGUSR1 at any time, write where every thread stands to stderr.

    SIGUSR1 is answered by C code: also while a library holds the interpreter's lock.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, encoding="utf-8", errors="backslashreplace")
    faulthandler.enable(all_threads=True)
    faulthandler.register(signal.SIGUSR1, all_threads=True, chain=False)
    # The folder of the plugin is its author's: no __pycache__ appears in it.
    sys.dont_write_bytecode = True
    _die_with_parent()


@contextmanager
def own_modules():
    """For imports of the worker's own: their bytecode is kept, so that the next start need not compile them."""
    sys.dont_write_bytecode = False
    try:
        yield
    finally:
        sys.dont_write_bytecode = True


def _die_with_parent():
    """On Linux the kernel ends this process when its supervisor is gone, also while plugin code keeps it busy."""
    if sys.platform != "linux":
        return
    try:
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except (ImportError, OSError, AttributeError):
        # Without it, the end of descriptor 3 says the same as soon as the interpreter comes to read it.
        return


def end_group():
    """Ends this process and everything the plugin started; returns when there is no such group (started by hand)."""
    try:
        os.killpg(os.getpid(), signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def leave(code):
    """Ends this process now: no thread of the plugin is waited for, no exit hook runs."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)


# A plugin that does not end a batch within this time after a cancel is ended where it stands.
CANCEL_SECONDS = 2.0


def expect_end():
    """Begins the time that a cancelled request has; then its place is written to stderr and the process ends."""
    faulthandler.dump_traceback_later(CANCEL_SECONDS, exit=True)


def ended():
    """The request ended in time."""
    faulthandler.cancel_dump_traceback_later()
