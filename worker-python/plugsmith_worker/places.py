"""Errors of plugin code, told with the author's file and line."""

import linecache
import os
import traceback

_OTHERS = {"site-packages", "dist-packages", "node_modules", ".plugsmith", ".venv", "venv"}
# The most places that an error is told with.
_SHOWN = 40


class Place:
    """One frame of a stack inside the plugin's folder."""

    def __init__(self, root, filename, line, column, function):
        self.path = os.path.relpath(filename, root).replace(os.sep, "/")
        self.line = line
        self.column = column
        self.function = function
        self.source = linecache.getline(filename, line).strip()

    def __str__(self):
        return f"{self.path}:{self.line}:{self.column}"


def is_own(root, filename):
    """Whether a file is the author's, and not a library that lies in the plugin's folder."""
    if not filename.startswith(root + os.sep):
        return False
    return not _OTHERS.intersection(filename[len(root) + 1 :].split(os.sep)[:-1])


def places(error, root):
    """The frames of an error inside the plugin's folder, outermost first; of an endless recursion its ends."""
    root = os.path.realpath(root)
    found = []
    for entry in _own_entries(error.__traceback__, root):
        (frame,) = traceback.extract_tb(entry, limit=1)
        # Columns are known from Python 3.11 on.
        column = (getattr(frame, "colno", None) or 0) + 1
        found.append(Place(root, os.path.realpath(frame.filename), frame.lineno or 1, column, frame.name))
    if isinstance(error, SyntaxError) and error.filename and is_own(root, os.path.realpath(error.filename)):
        found.append(Place(root, os.path.realpath(error.filename), error.lineno or 1, error.offset or 1, "<module>"))
    return found


def _own_entries(entry, root):
    """Those of a traceback's entries that are the author's. A plugin may recurse a million times: no more is made of it than is shown."""
    own, entries = {}, []
    while entry is not None:
        name = entry.tb_frame.f_code.co_filename
        if name not in own:
            # Libraries in Cython name their files relative to folders that are not here.
            own[name] = os.path.isabs(name) and is_own(root, os.path.realpath(name))
        if own[name]:
            entries.append(entry)
        entry = entry.tb_next
    return entries if len(entries) <= _SHOWN else entries[: _SHOWN // 2] + entries[-_SHOWN // 2 :]


def tell(error, root):
    """`{name, message, at}` of anything raised; `at` is the innermost place in the plugin, or None."""
    own = places(error, root)
    return {"name": type(error).__name__, "message": _message(error), "at": str(own[-1]) if own else None}


def stack(error, root):
    """The lines of the author that led to the error, for a message; empty when there are none."""
    return [f"{place}, in {place.function}: {place.source}" for place in places(error, root)]


def report(error, root):
    """An error for the log: the author's lines that led to it, or, where the user wants it, everything."""
    if _verbose:
        return "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=-1000)).rstrip()
    lines = [f"  {place}, in {place.function}\n    {place.source}" for place in places(error, root)]
    told = tell(error, root)
    return "\n".join([*(["Traceback, the plugin's lines:", *lines] if lines else []), f"{told['name']}: {told['message']}"])


_verbose = False


def show_everything():
    """Tracebacks with the lines of libraries and of the worker, from now on."""
    global _verbose
    _verbose = True


def _message(error):
    if isinstance(error, SystemExit):
        return f"sys.exit({error.code!r}) was called. A plugin must not end its worker: raise an error for a bad row instead"
    if isinstance(error, KeyError) and len(error.args) == 1 and type(error).__str__ is KeyError.__str__:
        return f"there is no key {error.args[0]!r}"
    if isinstance(error, SyntaxError):
        return error.msg
    if isinstance(error, MemoryError) and not error.args:
        return "not enough memory: a worker may use what compute_profile.actor_memory_gb grants"
    try:
        text = str(error) or f"{type(error).__name__}, raised without a message"
    except Exception:
        text = f"{type(error).__name__}, whose message cannot be shown"
    cause = error.__cause__
    return text + (f" (cause: {type(cause).__name__}: {cause})" if cause is not None else "")
