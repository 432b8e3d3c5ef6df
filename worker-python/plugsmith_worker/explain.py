"""Why a row failed, in words that its author can act on."""

import os
import traceback

from . import supervisor
from .failure import StepContractError
from .places import full, tell

_TEN = ("data", "document_id", "object_id", "blob_id", "blob_property", "blob_type", "collection_id", "feature_extractor_id", "mime_type", "size_bytes")
# Places whose errors were written to the log with all that Python knows; once each is enough.
_logged = set()


def explain(step, error, columns, root):
    """The fields of a row error but `row`."""
    told = tell(error, root)
    kind = error.kind if isinstance(error, StepContractError) else "exception"
    column = missing_column(error, columns)
    if column is not None:
        told["name"] = "MissingColumnError"
        told["message"] = f'there is no column "{column}". A row has {", ".join(_TEN)}; its content is in "data", whatever the property is called'
    place = (step, told["name"], told["at"])
    if kind == "exception" and place not in _logged:
        _logged.add(place)
        supervisor.log("debug", full(error))
    return {"step": step, "kind": kind, **told}


def missing_column(error, columns):
    """The column that plugin code asked a frame or a row for and that is not there; None for any other error."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or f"{os.sep}pandas{os.sep}" not in frames[-1].filename:
        return None
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        name = error.args[0]
        # Of several columns at once, pandas names those that are missing in a sentence.
        listed = name.startswith(("None of [", "[")) and name.endswith(("[columns]", "not in index"))
        name = name.split("'")[1] if listed and "'" in name else name
    elif isinstance(error, AttributeError) and getattr(error, "name", None) and type(error.obj).__name__ in ("DataFrame", "Series"):
        name = error.name
    else:
        return None
    return None if name in columns else name
