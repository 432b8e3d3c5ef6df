"""One batch through all steps. A step that raises is bisected, that step only and from that step's input, so earlier
steps are never called twice for a row. Once the poison rows are known, the rest runs again as one batch: what a good
row is batched with depends on the input and on the poison, never on the search for it.
"""

import numpy

from . import supervisor
from .calls import call_step
from .conditions import meets
from .dataset import KEPT


class BatchResult:
    """`state` and `rows` (positions in the batch) are of the survivors; `errors` maps a position to what `explain` gave."""

    def __init__(self, state, rows, errors, touched, reordered):
        self.state = state
        self.rows = rows
        self.errors = errors
        self.matched = touched[rows]
        self.reordered = reordered


def run_batch(state, runs, on_call, explain):
    """`runs` are pairs of a step and its meter; `on_call()` is called after each call of a step.

    `explain(step, error)` gives what is kept of an error: the error itself holds every frame that led to it, with all data.
    """
    rows = numpy.arange(state.rows)
    touched = numpy.zeros(state.rows, dtype=bool)
    # Rows that a filter of `prepare` keeps from the steps after it.
    refused = numpy.zeros(state.rows, dtype=bool)
    errors = {}
    reordered = 0
    for step, meter in runs:
        matching = _matching(step, state)
        matching = matching[~refused[rows[matching]]]
        if len(matching) == 0:
            continue
        touched[rows[matching]] |= step.kind == "step"
        part = state if len(matching) == state.rows else state.take(matching)
        poison, alive, outcome = _run_step(step, meter, part, on_call, explain)
        if poison:
            errors.update((int(rows[matching[position]]), told) for position, told in poison.items())
            dead = matching[list(poison)]
            keep = numpy.setdiff1d(numpy.arange(state.rows), dead)
            state, rows = state.take(keep), rows[keep]
            # Where the survivors of this step now stand among all survivors.
            matching = numpy.searchsorted(keep, matching[alive])
        if len(rows) == 0:
            break
        if outcome is not None:
            changed, kept, was_reordered = outcome
            reordered += was_reordered
            if step.kind == "filter":
                refused[rows[matching]] = ~changed[KEPT]
            else:
                state = state.merge(changed, kept, matching)
    return BatchResult(state, rows, errors, touched, reordered)


def _matching(step, state):
    types = state.column("mime_type")
    if step.condition == "always" or types is None:
        return numpy.arange(state.rows)
    return numpy.array([row for row, mime in enumerate(types) if meets(step.condition, mime)], dtype=int)


def _run_step(step, meter, state, on_call, explain):
    """`(poison, alive, outcome)`: errors by position, positions without one, what the step made of those."""

    def call(part):
        supervisor.set_step(step.name)
        try:
            with meter.batch(part.rows):
                return call_step(step.call, part, step.batch_size)
        finally:
            supervisor.set_step(None)
            on_call()

    def attempt(part):
        """`(outcome, None)`, or `(None, told)`. A missing module is raised: no row is to blame, and none will be processed."""
        try:
            return call(part), None
        except ModuleNotFoundError:
            raise
        except BaseException as error:
            return None, explain(step.name, error)

    poison = {}
    alive = numpy.arange(state.rows)
    part = state
    while len(alive):
        outcome, told = attempt(part)
        if told is None:
            return poison, alive, outcome
        found = {}
        _isolate(attempt, state, alive, told, found)
        # Each half works alone, the whole does not: nobody can say which row is to blame, so all of them are.
        poison.update(found or {int(position): told for position in alive})
        alive = numpy.array([position for position in range(state.rows) if position not in poison], dtype=int)
        part = state.take(alive)
    return poison, alive, None


def _isolate(attempt, state, positions, told, found):
    """Finds the rows that fail on their own, by halving. `told` is what became of the whole of `positions`."""
    if len(positions) == 1:
        found[int(positions[0])] = told
        return
    middle = len(positions) // 2
    for half in (positions[:middle], positions[middle:]):
        _, caught = attempt(state.take(half))
        if caught is not None:
            _isolate(attempt, state, half, caught, found)
