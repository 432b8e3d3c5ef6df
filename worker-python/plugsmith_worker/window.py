"""The worker's side of the window: shared memory behind descriptor 5, which takes long answers past the pipe."""

import os

_WINDOW = 5
# Shorter ones are through the pipe before further calls into the system would pay.
_SHORT_BYTES = 16 * 1024


def into_window(place, body):
    """How many bytes of `body` were put into the place; None when they have to take the other way: there is none, or no room."""
    if place is None:
        return None
    view = memoryview(body).cast("B")
    if not _SHORT_BYTES <= view.nbytes <= place["bytes"]:
        return None
    try:
        # What the plugin starts has no part in it.
        os.set_inheritable(_WINDOW, False)
        return view.nbytes if os.pwrite(_WINDOW, view, place["at"]) == view.nbytes else None
    except OSError:
        # The memory that may be shared is used up.
        return None
