"""Gives plugins the service's modules: `engine`, `shared` and `api`, from the folder `modules`."""

import importlib.machinery
import importlib.util
import os
import sys

_TOPS = ("engine", "shared", "api")
_FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "modules")


class ServiceModules:
    """Stands last on `sys.meta_path`: whatever the user has installed is found before, name by name."""

    def find_spec(self, fullname, path=None, target=None):
        parts = fullname.split(".")
        if parts[0] not in _TOPS:
            return None
        place = os.path.join(_FOLDER, *parts)
        if os.path.isdir(place):
            code = os.path.join(place, "__init__.py")
            if os.path.isfile(code):
                return importlib.util.spec_from_file_location(fullname, code, submodule_search_locations=[place])
            spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = [place]
            return spec
        if os.path.isfile(place + ".py"):
            return importlib.util.spec_from_file_location(fullname, place + ".py")
        return None


def install():
    """Once per process."""
    if not any(isinstance(finder, ServiceModules) for finder in sys.meta_path):
        sys.meta_path.append(ServiceModules())


def is_ours(fullname):
    """Whether a name belongs to the service's modules."""
    return fullname.split(".")[0] in _TOPS
