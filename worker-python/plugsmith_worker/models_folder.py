"""Where model files of the user lie. Set by the supervisor; in a test, by the variable PLUGSMITH_MODELS."""

import os

_folders = [path for path in os.environ.get("PLUGSMITH_MODELS", "").split(os.pathsep) if path] or ["models"]
_threads = 1


def use(folders, threads):
    """Called once by the worker."""
    global _folders, _threads
    _folders, _threads = folders, threads


def folders():
    return _folders


def threads():
    """Threads that model runtimes may use."""
    return _threads
