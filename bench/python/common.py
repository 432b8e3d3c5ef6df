"""What the scripts share: the frame that a plugin sees, and the plugin's own class."""

import hashlib
import sys

import pandas as pd

BATCH = 64


def work(plugin, rounds):
    sys.path.insert(0, plugin)
    from processors.core import Work

    return Work({"rounds": rounds})


def frame(texts, start):
    """The ten columns of a row, as objects."""
    rows = len(texts)
    ids = ["doc_" + hashlib.sha256(b"rows\0%d" % (start + i)).hexdigest()[:12] for i in range(rows)]
    constants = {"blob_property": "text", "blob_type": "text", "collection_id": "col_local", "feature_extractor_id": "work_python_1_0_0", "mime_type": "text/plain", "size_bytes": 0}
    columns = {"data": texts, "document_id": ids, "object_id": ids, "blob_id": ids, **{name: [value] * rows for name, value in constants.items()}}
    return pd.DataFrame(columns, dtype=object)
