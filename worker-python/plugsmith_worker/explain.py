"""Why a row failed, in words that its author can act on."""

import os
import re
import traceback

from . import supervisor
from .blocks import TEN_COLUMNS
from .failure import StepContractError
from .places import report, tell

# Places whose errors were written to the log with all that Python knows; once each is enough.
_logged = set()


def explain(step, error, columns, root):
    """The fields of a row error but `row`."""
    told = tell(error, root)
    kind = error.kind if isinstance(error, StepContractError) else "exception"
    column = missing_column(error, columns)
    if column is not None:
        told["name"] = "MissingColumnError"
        told["message"] = f'there is no column "{column}". A row has {", ".join(TEN_COLUMNS)}; its content is in "data", whatever the property is called'
    elif re.match(r"Expected a 1D array, got an array with shape", told["message"]):
        told["message"] = 'a matrix is no column: give each row its vector, as in batch["embedding"] = matrix.tolist()'
    place = (step, told["name"], told["at"])
    if kind == "exception" and place not in _logged:
        _logged.add(place)
        supervisor.log("debug", report(error, root))
    return {"step": step, "kind": kind, **told}


def missing_column(error, columns):
    """The column that plugin code asked a frame or a row for and that is not there; None for any other error."""
    frames = traceback.extract_tb(error.__traceback__, limit=-1)
    if not frames or "pandas" not in frames[-1].filename.split(os.sep):
        return None
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        # Of several columns at once, pandas names those that are missing as a list in a sentence.
        listed = re.search(r"\['(.+?)'[\],]", error.args[0])
        name = listed.group(1) if listed else error.args[0]
    elif isinstance(error, AttributeError) and "document_id" in getattr(error.obj, "index" if error.obj.__class__.__name__ == "Series" else "columns", ()):
        # A frame, or a row of one; a column has no columns.
        name = error.name
    else:
        return None
    return None if name in columns else name
