"""Python's `logging` as log frames: what a plugin logs comes with its level and its step."""

import logging

from . import supervisor


class _Frames(logging.Handler):
    def emit(self, record):
        try:
            level = "error" if record.levelno >= logging.ERROR else "warn" if record.levelno >= logging.WARNING else "info" if record.levelno >= logging.INFO else "debug"
            supervisor.log(level, self.format(record))
        except Exception:
            self.handleError(record)


def install():
    """Libraries are heard from warnings on, the plugin and the service's modules from information on."""
    root = logging.getLogger()
    if not any(isinstance(handler, _Frames) for handler in root.handlers):
        root.addHandler(_Frames())
        root.setLevel(logging.WARNING)


def hear(name):
    """Lets through what the package of the plugin logs as information."""
    logging.getLogger(name).setLevel(logging.INFO)
