"""The object that a plugin's `prepare(ds)` is handed: it writes down what is to be done to every batch."""

import numpy
import pandas

from .steps import Step


class Dataset:
    """The part of the service's dataset that a stream of batches can keep: `map_batches`, `map`, `filter`, `schema`."""

    def __init__(self, operations=()):
        self._operations = tuple(operations)

    def map_batches(self, function, *, fn_constructor_kwargs=None, fn_kwargs=None, **_):
        """Calls `function(batch)`, or an instance of it where it is a class. Rows stay as they are."""
        call = function(**(fn_constructor_kwargs or {})) if isinstance(function, type) else function
        return self._with(lambda frame: call(frame, **(fn_kwargs or {})), getattr(function, "__name__", "map_batches"))

    def map(self, function, **_):
        """Calls `function(row)` with each row as a dict, which gives the row as a dict."""
        return self._with(lambda frame: _mapped(frame, function), getattr(function, "__name__", "map"))

    def filter(self, function, **_):
        """Refused: every row of a run comes back."""
        raise TypeError("ds.filter drops rows, and every row of a run has to come back: give the steps a condition, or leave the values of such rows None")

    def count(self):
        """Refused: rows come as a stream."""
        raise TypeError("ds.count() is not known: rows come as a stream, and more of them follow")

    def schema(self):
        """The names of the columns."""
        from .blocks import TEN_COLUMNS

        return list(TEN_COLUMNS)

    def _with(self, call, name):
        return Dataset((*self._operations, (name, call)))


def steps_of(prepare):
    """What `prepare` asked for as steps that come before the others."""
    given = Dataset()
    prepared = prepare(given)
    if prepared is given:
        return []
    if not isinstance(prepared, Dataset):
        raise TypeError(f"prepare(ds) returned a {type(prepared).__name__}; return ds, or what its methods return")
    return [Step(f"prepare.{name}", call) for name, call in prepared._operations]


def _mapped(frame, function):
    rows = [function(row) for row in frame.to_dict("records")]
    result = pandas.DataFrame(index=range(len(rows)))
    for name in dict.fromkeys(key for row in rows for key in row):
        cells = numpy.empty(len(rows), dtype=object)
        for index, row in enumerate(rows):
            cells[index] = row.get(name)
        result[name] = cells
    return result
