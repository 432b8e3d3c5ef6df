"""Where model files of the user lie, and how many threads model runtimes may use. Set once by who starts the process."""

_folders = ["models"]
_threads = 1


def use(folders, threads):
    global _folders, _threads
    _folders, _threads = folders, threads


def folders():
    return _folders


def threads():
    return _threads
