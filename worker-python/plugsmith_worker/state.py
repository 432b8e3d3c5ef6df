"""The rows of a batch between two steps, and the frames that steps see."""

import warnings

import numpy
import pandas


def prepare_pandas():
    """Makes pandas 3 keep None in texts as pandas 2.3 does, which is what plugins were written for.

    Gives a warning where it cannot promise that.
    """
    major = int(pandas.__version__.split(".")[0])
    if major < 3:
        return None
    warnings.filterwarnings("ignore", message=".*future.infer_string.*")
    try:
        pandas.set_option("future.infer_string", False)
    except pandas.errors.OptionError:
        return f"this environment has pandas {pandas.__version__}, where None in a column of texts becomes NaN; the service has pandas 2.3"
    return f"this environment has pandas {pandas.__version__}; the service has pandas 2.3. Texts are kept as objects, as there; the rest is as this version has it"


class State:
    """Rows as they came, and the columns that steps added or replaced. Nothing in it is ever written to.

    `given` is an object array of `len(names)` by `rows`; `written` maps a column to a pandas or numpy array.
    """

    __slots__ = ("names", "given", "written")

    def __init__(self, names, given, written):
        self.names = names
        self.given = given
        self.written = written

    @property
    def rows(self):
        return self.given.shape[1]

    def take(self, indices):
        """The rows at these positions."""
        return State(self.names, self.given[:, indices], {name: array[indices] for name, array in self.written.items()})

    def column(self, name):
        """Values of a column, None when there is no such column."""
        if name in self.written:
            return self.written[name]
        return self.given[self.names.index(name)] if name in self.names else None

    def frame(self):
        """A DataFrame of the step's own: what it does to it does not reach these rows, which may be needed again.

        The rows as they came are one block of objects, so that None stays None and a frame costs one copy of pointers.
        """
        frame = pandas.DataFrame(self.given.copy().T, columns=_index(self.names), dtype=object, copy=False)
        for name, array in self.written.items():
            frame[name] = array.copy()
        return frame

    def untouched(self, frame):
        """The names of columns that came with the rows and whose cells in a frame are the very same objects, in their order.

        Pointers are compared, no value is looked at; all columns at once, since each by itself costs pandas a Series.
        """
        labels = frame.columns.tolist()
        places = {name: index for index, name in enumerate(labels)}
        names = [name for name in self.names if name in places and name not in self.written]
        if self.rows == 0 or not names:
            return set(names)
        cells = frame.to_numpy(dtype=object).T
        if len(names) < len(self.names) or labels[: len(names)] != names:
            one, other = self.given[[self.names.index(name) for name in names]], cells[[places[name] for name in names]]
        else:
            one, other = self.given, cells[: len(names)]
        same = (_pointers(one) == _pointers(other)).reshape(len(names), -1).all(axis=1)
        return {name for name, is_same in zip(names, same.tolist()) if is_same}

    def changes(self, frame, untouched):
        """The columns of a frame but the `untouched`, in the frame's order."""
        changed = {}
        for place, name in enumerate(frame.columns):
            if name in untouched:
                continue
            series = frame[name] if isinstance(name, str) else frame.iloc[:, place]
            # Times as numbers of nanoseconds would mean nothing; pandas' own arrays know what they are.
            is_plain = isinstance(series.dtype, numpy.dtype) and series.dtype.kind not in "mM"
            changed[str(name)] = series.to_numpy() if is_plain else series.array
        return changed

    def merge(self, changed, kept, indices):
        """These rows after a step.

        `changed`: the step's columns for the rows at `indices`; `kept`: the columns that its frame still had.
        A step that saw some rows only leaves the others as they were, None in new columns.
        """
        if len(indices) == self.rows:
            names = [name for name in self.names if name in kept]
            given = self.given if len(names) == len(self.names) else self.given[[self.names.index(name) for name in names]]
            written = {name: array for name, array in self.written.items() if name in kept}
            return State(names, given, {**written, **changed})
        written = dict(self.written)
        for name, array in changed.items():
            before = self.column(name)
            full = numpy.full(self.rows, None, dtype=object) if before is None else _objects(before)
            full[indices] = _objects(array)
            written[name] = full
        return State(self.names, self.given, written)


def concatenated(arrays):
    """Arrays of one column as one: of their common type, else of objects."""
    first = arrays[0]
    if all(isinstance(array, numpy.ndarray) and array.dtype == first.dtype for array in arrays):
        return numpy.concatenate(arrays)
    return numpy.concatenate([_objects(array) for array in arrays])


_indices = {}


def _index(names):
    """The columns' index, made once for all batches that have the same columns."""
    key = tuple(names)
    if key not in _indices:
        _indices[key] = pandas.Index(key, dtype=object)
    return _indices[key]


def _objects(array):
    """A copy as an array of Python objects."""
    return array.copy() if array.dtype == object else numpy.asarray(array.astype(object))


def _pointers(cells):
    """The addresses of the objects in an array, flat."""
    return numpy.frombuffer(numpy.ascontiguousarray(cells), dtype=numpy.intp)
