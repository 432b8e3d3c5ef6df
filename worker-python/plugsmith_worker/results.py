"""From the batches of a frame to the columns of its result: one Arrow batch, positions kept, failed rows null."""

import numpy
import pandas
import pyarrow

from . import supervisor
from .jsons import NotJson, json_text
from .state import concatenated
from .vectors import as_vectors, feature_rows, is_null

_ITEM = pyarrow.field("item", pyarrow.float32(), nullable=False)
_JSON = {b"plugsmith": b"json"}
# Columns and what was said of them: each thing is said once in the life of a worker.
_told = set()


class Piece:
    """What one batch contributes: `rows` are positions in the frame, `state` the survivors after the last step."""

    __slots__ = ("rows", "state")

    def __init__(self, rows, state):
        self.rows = rows
        self.state = state


def assemble(pieces, block, features, matched):
    """`(body, stats)`: the body of the result, and what became of each feature.

    `features` maps a name to its dimension; `matched` says which surviving rows some step saw.
    """
    rows = block.rows
    pieces = [piece for piece in pieces if len(piece.rows)]
    names = dict.fromkeys(name for piece in pieces for name in piece.state.written)
    fields, arrays, stats = [], [], {}
    # Features first: their place must not depend on which batch wrote them first.
    for name, dim in features.items():
        array, stats[name] = _feature(name, dim, pieces, rows, matched)
        fields.append(pyarrow.field(name, array.type))
        arrays.append(array)
    for name in names:
        if name in features or name == "document_id":
            continue
        parts = _parts(name, pieces, block)
        if not parts:
            continue
        array, metadata = _column(name, parts, rows)
        fields.append(pyarrow.field(name, array.type, metadata=metadata))
        arrays.append(array)
    return (_stream(fields, arrays) if arrays else b""), stats


def _stream(fields, arrays):
    schema = pyarrow.schema(fields)
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, schema) as stream:
        stream.write_batch(pyarrow.RecordBatch.from_arrays(arrays, schema=schema))
    return sink.getvalue()


def _feature(name, dim, pieces, rows, matched):
    data = numpy.zeros((rows, dim), dtype=numpy.float32)
    valid = numpy.zeros(rows, dtype=bool)
    # Rows that a step saw and for which nothing was written are nulls too.
    lengths = numpy.full(rows, -1)
    parts = [(piece.rows, array) for piece in pieces if (array := piece.state.written.get(name)) is not None]
    if parts:
        positions = numpy.concatenate([positions for positions, _ in parts])
        matrix, sizes = feature_rows(concatenated([array for _, array in parts]), dim)
        lengths[positions] = sizes
        fitting = sizes == dim
        finite = fitting & numpy.isfinite(matrix).all(axis=1)
        data[positions[finite]] = matrix[finite]
        valid[positions[finite]] = True
    others = lengths[(lengths != dim) & (lengths != -1)]
    stats = {
        "written": int(valid.sum()), "null": int((matched & (lengths == -1)).sum()), "wrong_size": len(others),
        "nan": int(((lengths == dim) & ~valid).sum()), "zero": int((valid & ~data.any(axis=1)).sum()), "seen_size": int(others[-1]) if len(others) else 0,
    }
    return _fixed(data, valid), stats


def _fixed(matrix, valid):
    """A matrix as an Arrow array of vectors."""
    kind = pyarrow.list_(_ITEM, matrix.shape[1])
    values = pyarrow.array(matrix.reshape(-1))
    if valid.all():
        return pyarrow.FixedSizeListArray.from_arrays(values, type=kind)
    bits = pyarrow.py_buffer(numpy.packbits(valid, bitorder="little"))
    return pyarrow.Array.from_buffers(kind, len(matrix), [bits], null_count=int((~valid).sum()), children=[values])


def _parts(name, pieces, block):
    """Pairs of positions and values of a column, for the batches that wrote it.

    Of a column that came with the rows, only cells that differ: which rows travel together must not show in the output.
    """
    parts = [(piece.rows, array) for piece in pieces if (array := piece.state.written.get(name)) is not None]
    if name not in block.names:
        return parts
    before = block.values[block.names.index(name)]
    found = []
    for positions, array in parts:
        cells = array if array.dtype == object else numpy.asarray(array.astype(object))
        other = numpy.array([not _is_same(cell, given) for cell, given in zip(cells, before[positions])], dtype=bool)
        if other.any():
            found.append((positions[other], cells[other]))
            if any(is_null(cell) for cell in cells[other]):
                _tell_once((name, "emptied"), f'"{name}" was set to None in some rows: a null in an answer stands for a cell that was left alone, so the output keeps what the input has there. To blank it write "" or a word instead')
    return found


def _is_same(cell, given):
    """Whether a cell is what the row came with: the same object, an equal text or number, or another null for None."""
    if cell is given or given is None:
        return cell is given or is_null(cell)
    if not isinstance(given, (str, bool, int, float)) or not isinstance(cell, (str, bool, int, float, numpy.generic)):
        return False
    return isinstance(cell, (bool, numpy.bool_)) == isinstance(given, bool) and bool(cell == given)


def _column(name, parts, rows):
    """`(array, metadata)` of a column that is no feature."""
    vectors = [as_vectors(array) for _, array in parts]
    sizes = {vector.matrix.shape[1] for vector in vectors if vector is not None}
    if sizes:
        plain = [array for (_, array), vector in zip(parts, vectors) if vector is None and not pandas.isna(array).all()]
        if len(sizes) == 1 and not plain:
            return _vector_column(parts, vectors, rows, sizes.pop()), None
        return _json_column(name, _rounded(parts, vectors, rows)), _JSON
    whole = _typed(parts, rows)
    if whole is not None:
        return whole, None
    cells = numpy.full(rows, None, dtype=object)
    for positions, array in parts:
        cells[positions] = array if array.dtype == object else numpy.asarray(array.astype(object))
    array = _inferred(cells)
    return (array, None) if array is not None else (_json_column(name, cells), _JSON)


def _vector_column(parts, vectors, rows, dim):
    matrix = numpy.zeros((rows, dim), dtype=numpy.float32)
    valid = numpy.zeros(rows, dtype=bool)
    for (positions, _), vector in zip(parts, vectors):
        if vector is not None:
            matrix[positions] = numpy.where(vector.valid[:, None], vector.matrix, 0)
            valid[positions] = vector.valid
    return _fixed(matrix, valid)


def _rounded(parts, vectors, rows):
    """Cells of vectors and of other things, vectors as float32 has them: how rows were grouped must not show."""
    cells = numpy.full(rows, None, dtype=object)
    for (positions, array), vector in zip(parts, vectors):
        for k, position in enumerate(positions):
            if vector is None:
                cells[position] = array[k]
            elif vector.valid[k]:
                cells[position] = vector.matrix[k].tolist()
    return cells


def _typed(parts, rows):
    """A column of plain numbers or booleans that every batch gave as such; None when it is not."""
    kinds = {array.dtype.kind if isinstance(array, numpy.ndarray) else "O" for _, array in parts}
    if not parts or not (kinds <= set("iuf") or kinds == {"b"}):
        return None
    kind = pyarrow.bool_() if "b" in kinds else pyarrow.float64() if "f" in kinds else pyarrow.int64()
    dtype = kind.to_pandas_dtype()
    if any(array.dtype == numpy.uint64 and array.max(initial=0) > numpy.iinfo(numpy.int64).max for _, array in parts):
        return None
    values = numpy.zeros(rows, dtype=dtype)
    absent = numpy.ones(rows, dtype=bool)
    for positions, array in parts:
        values[positions] = array
        # In a column of numbers pandas has no other null than NaN.
        absent[positions] = numpy.isnan(array) if array.dtype.kind == "f" else False
    if absent.all():
        return pyarrow.nulls(rows)
    return pyarrow.array(values, type=kind, mask=absent if absent.any() else None)


def _inferred(cells):
    """Cells as booleans, whole numbers, numbers or text; None where they are anything else, mixtures included."""
    try:
        array = pyarrow.array(cells, from_pandas=True)
    except UnicodeEncodeError:
        # Half a surrogate pair is no text that could be written.
        return pyarrow.array([cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell for cell in cells], type=pyarrow.string(), from_pandas=True)
    except (pyarrow.ArrowException, OverflowError, TypeError, ValueError):
        return None
    kind = array.type
    is_number = pyarrow.types.is_integer(kind) or pyarrow.types.is_floating(kind)
    if is_number and any(isinstance(cell, (bool, numpy.bool_)) for cell in cells):
        # Arrow takes True for 1 where it stands among numbers.
        return None
    if pyarrow.types.is_integer(kind):
        return array.cast(pyarrow.int64()) if kind != pyarrow.uint64() else None
    if pyarrow.types.is_floating(kind):
        return array.cast(pyarrow.float64())
    if pyarrow.types.is_null(kind) or pyarrow.types.is_boolean(kind) or pyarrow.types.is_string(kind):
        return array
    return None


def _json_column(name, cells):
    texts = []
    for cell in cells:
        try:
            texts.append(None if is_null(cell) else json_text(cell))
        except NotJson as error:
            texts.append(None)
            _tell_once((name, "no-json"), f'the column "{name}" holds {error}: such values are left out of the result, null stands in their place')
    try:
        return pyarrow.array(texts, type=pyarrow.string())
    except UnicodeEncodeError:
        return pyarrow.array([text and text.encode("utf-8", "replace").decode() for text in texts], type=pyarrow.string())


def _tell_once(key, warning):
    if key not in _told:
        _told.add(key)
        supervisor.log("warn", warning)
