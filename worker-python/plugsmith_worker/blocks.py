"""From the body of a `rows` frame to one block of Python values, a row of the block for each column."""

import json
import zlib

import numpy
import pyarrow

from .protocol import ProtocolError


# What every row has, in the order in which a frame shows it.
TEN_COLUMNS = ("data", "document_id", "object_id", "blob_id", "blob_property", "blob_type", "collection_id", "feature_extractor_id", "mime_type", "size_bytes")


class Block:
    """The columns of a frame: `names`, and `values` as an object array of `len(names)` by `rows`. Never written to."""

    def __init__(self, names, values, ids_crc32=0):
        self.names = names
        self.values = values
        self.rows = values.shape[1]
        self.ids_crc32 = ids_crc32


def decode(body, rows, constants):
    """The block of one frame. Raises `ProtocolError` of kind `arrow`, `rows`, `batches` or `type`."""
    arrays = read_body(body, rows)
    present = {**arrays, **constants}
    names = [*(name for name in TEN_COLUMNS if name in present), *(name for name in present if name not in TEN_COLUMNS)]
    values = numpy.empty((len(names), rows), dtype=object)
    for index, name in enumerate(names):
        values[index] = _values(arrays[name]) if name in arrays else constants[name]
    return Block(names, values, _crc32(arrays.get("document_id")))


def read_body(body, rows):
    """Arrow arrays by column name; a json column comes as `(array, "json")`."""
    if len(body) == 0:
        return {}
    try:
        with pyarrow.ipc.open_stream(pyarrow.py_buffer(body)) as stream:
            batches = list(stream)
            schema = stream.schema
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise ProtocolError("arrow", f"the body is no Arrow stream: {error}") from error
    if len(batches) > 1:
        raise ProtocolError("batches", f"the body has {len(batches)} record batches instead of one")
    batch = batches[0] if batches else pyarrow.RecordBatch.from_pylist([], schema=schema)
    if batch.num_rows != rows:
        raise ProtocolError("rows", f"the header says {rows} rows, the body has {batch.num_rows}")
    return {field.name: _checked(field, batch.column(index)) for index, field in enumerate(schema)}


def _checked(field, array):
    kind = field.type
    if pyarrow.types.is_string(kind) and (field.metadata or {}).get(b"plugsmith") == b"json":
        return array, "json"
    plain = pyarrow.types.is_null(kind) or pyarrow.types.is_boolean(kind) or pyarrow.types.is_int64(kind)
    if plain or pyarrow.types.is_float64(kind) or pyarrow.types.is_string(kind):
        return array
    if pyarrow.types.is_fixed_size_list(kind) and pyarrow.types.is_float32(kind.value_type) and kind.list_size > 0:
        return array
    raise ProtocolError("type", f'the column "{field.name}" has the type {kind}, which does not travel')


def _values(array):
    """Python values, None where there is none."""
    if isinstance(array, tuple):
        return _cells([None if text is None else json.loads(text) for text in array[0].to_pylist()])
    if pyarrow.types.is_string(array.type) or array.null_count == array.offset == 0 and pyarrow.types.is_primitive(array.type):
        return array.to_numpy(zero_copy_only=False)
    if pyarrow.types.is_fixed_size_list(array.type):
        matrix = numpy.asarray(array.flatten() if array.null_count == 0 else array.values).reshape(-1, array.type.list_size)
        if array.null_count == 0:
            return _cells(list(matrix))
        return _cells([matrix[array.offset + row] if valid else None for row, valid in enumerate(array.is_valid().to_pylist())])
    return _cells(array.to_pylist())


def _cells(items):
    cells = numpy.empty(len(items), dtype=object)
    for index, item in enumerate(items):
        cells[index] = item
    return cells


def _crc32(ids):
    """Over the bytes of all ids, in order and with nothing between them."""
    if ids is None or len(ids) == 0 or isinstance(ids, tuple) or not pyarrow.types.is_string(ids.type):
        return 0
    _, offsets, data = ids.buffers()
    bounds = numpy.frombuffer(offsets, dtype=numpy.int32)
    return zlib.crc32(memoryview(data)[bounds[ids.offset] : bounds[ids.offset + len(ids)]]) if data is not None else 0
