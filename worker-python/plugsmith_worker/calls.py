"""One call of a step: what it may return, and whether the same rows came back."""

import inspect

import numpy
import pandas

from . import loops
from .failure import StepContractError
from .state import concatenated


def call_step(function, state, size):
    """Calls a step on rows, in slices of at most `size`.

    Gives `(changed, kept, reordered)`: the changed columns, the names of all that came back, whether rows were put back.
    Raises `StepContractError` for other rows, and whatever the step raises.
    """
    if size is None or size >= state.rows:
        return _call(function, state)
    parts = [(state.take(slice(start, start + size)), start) for start in range(0, state.rows, size)]
    results = [_call(function, part) for part, _ in parts]
    kept = set().union(*(kept for _, kept, _ in results))
    changed = {}
    for name in dict.fromkeys(name for columns, _, _ in results for name in columns):
        pieces = [_piece(columns.get(name), part, name) for (columns, _, _), (part, _) in zip(results, parts)]
        changed[name] = concatenated(pieces)
    return changed, kept, any(reordered for _, _, reordered in results)


def _piece(array, part, name):
    if array is not None:
        return array
    before = part.column(name)
    return numpy.full(part.rows, None, dtype=object) if before is None else before


def _call(function, state):
    loops.restore()
    frame = _as_frame(function(state.frame()))
    if len(frame) != state.rows:
        verb = "dropped" if len(frame) < state.rows else "added"
        advice = "None where there is no value" if len(frame) < state.rows else "several values of a row as a list in its cell"
        raise StepContractError(
            "row_count",
            f"the step was given {state.rows} rows and returned {len(frame)}: it {verb} {abs(len(frame) - state.rows)}. "
            f"Every row must come back as one row, {advice}",
        )
    names = _names(frame)
    untouched = state.untouched(frame)
    order = None if "document_id" in untouched else _order(state, frame)
    if order is not None:
        frame = frame.iloc[order]
        untouched = state.untouched(frame)
    return state.changes(frame, untouched), names, order is not None


def _names(frame):
    """The names of a frame's columns as they travel, as text. Raises `StepContractError` where two would be one."""
    columns = frame.columns
    if columns.nlevels > 1:
        raise StepContractError("rows_changed", f"the step returned columns with {columns.nlevels} levels; make each name one text, as in batch.columns = ['_'.join(name) for name in batch.columns]")
    names = {str(name) for name in columns}
    if len(names) < len(columns):
        twice = columns[columns.map(str).duplicated()][0]
        raise StepContractError("rows_changed", f"the step returned two columns named {twice!r}")
    return names


def _as_frame(result):
    result = loops.settle(result)
    if inspect.isasyncgen(result):
        result = _joined(loops.drain(result))
    elif inspect.isgenerator(result):
        result = _joined(list(result))
    if isinstance(result, dict):
        # The service's engine takes a dict of arrays as well; a matrix is a column with a vector for each row.
        return pandas.DataFrame({name: list(value) if getattr(value, "ndim", 1) > 1 else value for name, value in result.items()})
    if isinstance(result, pandas.DataFrame):
        return result
    if callable(getattr(result, "to_pandas", None)):
        return result.to_pandas()
    if result is None:
        raise StepContractError("row_count", "the step returned nothing; end it with: return batch")
    raise StepContractError("row_count", f"the step returned a {type(result).__name__}; return the batch, a DataFrame")


def _joined(frames):
    frames = [_as_frame(frame) for frame in frames]
    if not frames:
        raise StepContractError("row_count", "the step yielded nothing; yield the batch")
    return frames[0] if len(frames) == 1 else pandas.concat(frames, ignore_index=True)


def _order(state, frame):
    """Positions that put a frame's rows back into the order in which they were given; None when they are in it."""
    given = state.column("document_id")
    if given is None:
        return None
    if "document_id" not in frame.columns:
        advice = "it is their index; end with: return batch.reset_index()" if "document_id" in frame.index.names else "add columns to the batch and return that, not a frame of their own"
        raise StepContractError("rows_changed", f"the step returned rows without their document_id: {advice}")
    wanted, found = list(given), frame["document_id"].tolist()
    if wanted == found:
        return None
    if len(set(wanted)) < len(wanted):
        wanted, found = _with_content(state, frame, wanted, found)
        if wanted == found:
            return None
    places = {}
    for position, key in enumerate(found):
        places.setdefault(key, []).append(position)
    order = []
    for key in wanted:
        if not places.get(key):
            shown = key[0] if isinstance(key, tuple) else key
            raise StepContractError("rows_changed", f"the step changed document_id: {shown} did not come back. Ids tie results to their rows; leave them as they are")
        order.append(places[key].pop(0))
    return order


def _with_content(state, frame, wanted, found):
    """Ids that occur twice do not tell two rows apart; with the row's content they do, where the step left it alone."""
    data = state.column("data")
    if data is None or "data" not in frame.columns:
        return wanted, found
    one, other = [list(zip(ids, map(str, content))) for ids, content in ((wanted, data), (found, frame["data"]))]
    return (one, other) if sorted(one) == sorted(other) else (wanted, found)
