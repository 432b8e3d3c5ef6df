"""What a supervisor starts: a Python worker, with frames on descriptors 3 and 4 (docs/worker-protocol.md)."""

import os
import sys

if __name__ == "__main__":
    # A package finds its own modules by its folder, so the path is the plugin's again after the first import.
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, here)
    from plugsmith_worker.worker import main

    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != here]
    main()
