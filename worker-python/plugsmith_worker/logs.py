"""Python's `logging` as log frames: what a plugin logs comes with its level and its step."""

import logging

from . import supervisor

# Libraries that write a line for every request.
_TALKATIVE = ("httpx", "httpcore", "urllib3", "asyncio", "PIL", "filelock", "fsspec")


class _Frames(logging.Handler):
    def emit(self, record):
        try:
            level = "error" if record.levelno >= logging.ERROR else "warn" if record.levelno >= logging.WARNING else "info" if record.levelno >= logging.INFO else "debug"
            supervisor.log(level, self.format(record))
        except Exception:
            self.handleError(record)


def install():
    """Everything from information on is heard; of some libraries, warnings only."""
    root = logging.getLogger()
    root.addHandler(_Frames())
    root.setLevel(logging.INFO)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
