"""The plugin's folder as a package: `from .manifest import ...` works, and nothing of it lies on `sys.path`."""

import importlib
import importlib.machinery
import importlib.util
import os
import sys

from .failure import Failure
from .finder import is_ours
from .packages import dependency_line, distribution_of
from .places import places, report, stack, tell
from . import supervisor


def register(root, name=None):
    """Makes the folder importable under `name`, its own unless told, and returns the name.

    A name that something else has already (`json`, `pandas`) is not taken from it: such a folder gets another one.
    """
    name = name or os.path.basename(os.path.realpath(root))
    if not name.isidentifier() or _is_taken(name):
        name = "plugin_" + "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in name)
    code = os.path.join(root, "__init__.py")
    if os.path.isfile(code):
        spec = importlib.util.spec_from_file_location(name, code, submodule_search_locations=[root])
    else:
        spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [root]
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    if spec.loader is not None:
        guarded(lambda: spec.loader.exec_module(module), root)
    return name


def _is_taken(name):
    try:
        return name in sys.modules or name == "plugsmith_worker" or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return True


def load(package, part, root):
    """Imports one of the plugin's modules. Raises `Failure` `plugin-load` or `missing-module`, with the author's place."""
    return guarded(lambda: importlib.import_module(f"{package}.{part}"), root)


def guarded(work, root):
    """Runs code of the plugin that belongs to its import."""
    try:
        return work()
    except ModuleNotFoundError as error:
        raise missing_module(error, root) from error
    except BaseException as error:
        raise _load_failure(error, root) from error


def _load_failure(error, root):
    supervisor.log("debug", report(error, root))
    told = tell(error, root)
    at = told["at"]
    return Failure(
        "plugin-load",
        f"The plugin failed while it was being imported{f' at {at}' if at else ''}: {told['name']}: {told['message']}",
        "Nothing of the plugin can run when one of its modules raises at import.",
        f"Mend {at}." if at else "Look at the top-level code of manifest.py, pipeline.py and what they import.",
        {"at": at, "traceback": stack(error, root)},
    )


def missing_module(error, root):
    """A `Failure` that names the package, the import and the line that the manifest lacks."""
    name = error.name or str(error)
    top = name.split(".")[0]
    own = places(error, root)
    where = f" ({own[-1]}: {own[-1].source})" if own else ""
    details = {"module": name, "at": str(own[-1]) if own else None, "import": own[-1].source if own else None}
    if os.path.basename(os.path.realpath(root)) == top and "." in name:
        relative = name.split(".", 1)[1].replace(".", "/")
        return _missing(name, where, f"The plugin has no file {relative}.py: add it, or mend the import.", details)
    dots = _dots_to(top, root, own[-1].path if own else "manifest.py")
    if dots:
        line = own[-1].source if own else f"import {name}"
        meant = line.replace("from ", f"from {dots}", 1) if line.startswith("from ") else f"from {dots} import {top}"
        return _missing(name, where, f"The file is in the plugin's own folder, which is a package; write: {meant}", details)
    if is_ours(name):
        return _missing(name, where, "Of engine, shared and api, plugins may import what docs/python.md lists; builtin plugins of the service use more.", details)
    package = distribution_of(name)
    line, listed = dependency_line(package)
    details = {**details, "package": package, "dependencies": line}
    if listed:
        return _missing(name, where, f'"{package}" is among the dependencies, but not in this environment: build it anew with plugin env build, or install it there.', details)
    return _missing(name, where, f"Add the package to manifest.py: {line}", details)


def _dots_to(top, root, importer):
    """How a file of the plugin names a module beside it, or in a folder above: by dots; empty where there is none."""
    folders = importer.split("/")[:-1]
    for depth in range(len(folders) + 1):
        place = os.path.join(root, *folders[: len(folders) - depth], top)
        if os.path.isdir(place) or os.path.isfile(place + ".py"):
            return "." * (depth + 1)
    return ""


def _missing(name, where, next, details):
    return Failure("missing-module", f'The plugin imports "{name}", which is not there{where}.', "The plugin cannot work without it.", next, details)
