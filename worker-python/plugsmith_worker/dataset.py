"""The object that a plugin's `prepare(ds)` is handed: it writes down what is to be done to every batch."""

import numpy
import pandas

from .blocks import TEN_COLUMNS
from .steps import Step


class Dataset:
    """The part of the service's dataset that a stream of batches can keep."""

    def __init__(self, size, operations=()):
        self._size = size
        self._operations = tuple(operations)

    def map_batches(self, function, *, batch_size=None, batch_format="pandas", fn_args=(), fn_kwargs=None, fn_constructor_args=(), fn_constructor_kwargs=None, **_):
        """Calls `function(batch)`, or an instance of it where it is a class. Rows stay as they are."""
        call = function(*(fn_constructor_args or ()), **(fn_constructor_kwargs or {})) if isinstance(function, type) else function
        whole = _FORMATS.get(batch_format)
        if whole is None:
            raise TypeError(f"ds.map_batches has no batch_format {batch_format!r}; there are {', '.join(_FORMATS)}")
        size = batch_size if isinstance(batch_size, int) and batch_size > 0 else None
        return self._with(Step(_name(function, "map_batches"), lambda frame: call(whole(frame), *(fn_args or ()), **(fn_kwargs or {})), batch_size=size, kind="prepare"))

    def map(self, function, **_):
        """Calls `function(row)` with each row as a dict, which gives the row as a dict."""
        return self._with(Step(_name(function, "map"), lambda frame: _mapped(frame, function), kind="prepare"))

    def filter(self, function, **_):
        """Rows for which `function(row)` is false are seen by no step; they pass through untouched."""
        return self._with(Step(_name(function, "filter"), lambda frame: _marked(frame, function), kind="filter"))

    def count(self):
        """The number of rows, where the supervisor knows it."""
        if self._size is None:
            raise TypeError("ds.count() is not known: rows come as a stream, and more of them follow")
        return self._size

    def schema(self):
        """The names of the columns."""
        return list(TEN_COLUMNS)

    def __getattr__(self, name):
        # A private name is asked for by copy and pickle, not by an author.
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(f'ds has no "{name}" here; it has map_batches, map, filter, count and schema. With map_batches a batch can be given columns')

    def _with(self, step):
        return Dataset(self._size, (*self._operations, step))


def _as_arrays(frame):
    return {name: frame[name].to_numpy() for name in frame.columns}


def _as_table(frame):
    import pyarrow

    return pyarrow.Table.from_pandas(frame, preserve_index=False)


# What `batch_format` may be, and how a frame becomes that. What comes back may be any of them.
_FORMATS = {"pandas": lambda frame: frame, "default": lambda frame: frame, "numpy": _as_arrays, "pyarrow": _as_table}

# Under this name a filter hands over which rows it keeps; it is no column of anybody's.
KEPT = "__plugsmith_kept__"


def steps_of(prepare, size):
    """What `prepare` asked for, as steps that come before the others. `size` is the number of rows, or None."""
    given = Dataset(size)
    prepared = prepare(given)
    if not isinstance(prepared, Dataset):
        raise TypeError(f"prepare(ds) returned a {type(prepared).__name__}; return ds, or what its methods return")
    return list(prepared._operations)


def _name(function, method):
    name = getattr(function, "__name__", "<lambda>")
    return f"prepare.{method if name == '<lambda>' else name}"


def _marked(frame, function):
    frame[KEPT] = [bool(function(row)) for row in frame.to_dict("records")]
    return frame


def _mapped(frame, function):
    rows = [function(row) for row in frame.to_dict("records")]
    result = pandas.DataFrame(index=range(len(rows)))
    for name in dict.fromkeys(key for row in rows for key in row):
        cells = numpy.empty(len(rows), dtype=object)
        for index, row in enumerate(rows):
            cells[index] = row.get(name)
        result[name] = cells
    return result
