"""Lists, arrays and tensors of numbers as rows of one float32 matrix."""

import numpy
import pandas
import pyarrow


class Vectors:
    """`matrix` is float32, a row for each value; `valid` says which rows hold one."""

    __slots__ = ("matrix", "valid")

    def __init__(self, matrix, valid):
        self.matrix = matrix
        self.valid = valid


def as_vectors(array):
    """The column as vectors of one length, when all its values are that; else None."""
    cells = _cells(array)
    if cells is None:
        return None
    first = next((cell for cell in cells if is_vector(cell)), None)
    if first is None or len(first) == 0:
        return None
    matrix, sizes = _read(cells, len(first))
    return None if matrix is None or not ((sizes == len(first)) | (sizes == -1)).all() else Vectors(matrix, sizes != -1)


def feature_rows(array, dim):
    """`(matrix, sizes)` of a declared feature: float32 rows of `dim`, and the size that each cell has.

    A size of -1 is a null. Rows of another size hold nothing of use; an item that is no number is NaN.
    """
    cells = _cells(array)
    if cells is None:
        cells = [None if missing else value for missing, value in zip(pandas.isna(array), array)]
    matrix, sizes = _read(cells, dim)
    return (matrix, sizes) if matrix is not None else _read_slowly(cells, dim)


def is_vector(cell):
    """Whether a value is a sequence that could be a vector."""
    return isinstance(cell, (list, tuple)) or (isinstance(cell, numpy.ndarray) and cell.ndim == 1)


def _cells(array):
    """The values of a column of objects, tensors as arrays; None for a column of plain numbers."""
    if not isinstance(array, numpy.ndarray):
        array = array.astype(object)
    if array.dtype != object:
        return None
    cells = array.tolist()
    if any(hasattr(kind, "detach") for kind in set(map(type, cells))):
        cells = [cell.detach().cpu().numpy() if hasattr(cell, "detach") else cell for cell in cells]
    return cells


def _read(cells, dim):
    """The fast ways; `(None, None)` where the cells are of different sorts."""
    if set(map(type, cells)) == {numpy.ndarray} and {cell.shape for cell in cells} == {(dim,)} and all(dtype.kind in "iuf" for dtype in {cell.dtype for cell in cells}):
        return _narrow(numpy.array(cells)), numpy.full(len(cells), dim)
    try:
        lists = pyarrow.array(cells, from_pandas=True)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, pyarrow.ArrowNotImplementedError, OverflowError):
        return None, None
    if not pyarrow.types.is_list(lists.type) or not _is_number(lists.type.value_type):
        return None, None
    sizes = numpy.diff(lists.offsets.to_numpy())
    if lists.null_count:
        sizes = numpy.where(lists.is_null().to_numpy(zero_copy_only=False), -1, sizes)
    values = _narrow(lists.flatten().to_numpy(zero_copy_only=False))
    fitting = sizes == dim
    if fitting.all():
        return values.reshape(-1, dim), sizes
    matrix = numpy.zeros((len(cells), dim), dtype=numpy.float32)
    lengths = numpy.maximum(sizes, 0)
    matrix[fitting] = values[numpy.repeat(fitting, lengths)].reshape(-1, dim)
    return matrix, sizes


def _is_number(kind):
    return pyarrow.types.is_integer(kind) or pyarrow.types.is_floating(kind)


def _read_slowly(cells, dim):
    matrix = numpy.zeros((len(cells), dim), dtype=numpy.float32)
    sizes = numpy.empty(len(cells), dtype=int)
    for row, cell in enumerate(cells):
        if is_vector(cell):
            sizes[row] = len(cell)
            if len(cell) == dim:
                matrix[row] = _narrow(numpy.array([_number(item) for item in cell]))
        elif isinstance(cell, numpy.ndarray):
            sizes[row] = cell.shape[0] if cell.ndim else 1
        else:
            sizes[row] = -1 if is_null(cell) else 1
        if sizes[row] == dim and not is_vector(cell):
            # Something else of that size: it counts as wrong all the same.
            sizes[row] = dim + 1
    return matrix, sizes


def _number(item):
    # A bool is a number in Python, and Arrow takes it for one among others.
    return float(item) if isinstance(item, (int, float, numpy.number, numpy.bool_)) else numpy.nan


def _narrow(values):
    with numpy.errstate(all="ignore"):
        return values.astype(numpy.float32, copy=False)


def is_null(value):
    """None, and what pandas writes instead of it: NaN, NA, NaT."""
    return value is None or value is pandas.NA or value is pandas.NaT or (isinstance(value, (float, numpy.floating)) and value != value)
