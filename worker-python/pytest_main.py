"""Runs a plugin's own tests: pytest, with the service's modules and the plugin's folder importable as they are in a worker.

Arguments: the plugin's folder, then pytest's own. The working directory is the folder above.
"""

import os
import sys

if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    root = os.path.realpath(sys.argv[1])
    sys.path.insert(0, here)
    from plugsmith_worker import finder, models_folder

    finder.install()
    models_folder.use([os.path.join(root, "models")], threads=1)
    # Last, as the service's modules: whatever is installed is found before a folder that lies beside the plugin.
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != here] + [os.path.dirname(root)]
    # A run of the tests leaves nothing in the plugin's folder.
    sys.dont_write_bytecode = True
    import pytest

    sys.exit(pytest.main(["--rootdir", root, "--import-mode=importlib", "-p", "no:cacheprovider", *sys.argv[2:]]))
