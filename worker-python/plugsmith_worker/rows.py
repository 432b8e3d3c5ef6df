"""One `rows` frame: decoded, cut into batches, run, and answered with the columns that are new."""

import resource
import sys
import warnings

import numpy

from .batches import run_batch
from .blocks import decode
from .explain import explain
from .failure import Cancelled
from .protocol import ProtocolError
from .results import Piece, assemble
from .state import State
from .stats import StepMeter

# The longest message of one failed row, and all messages of a frame together: the header that carries them is capped.
_MESSAGE_CHARS = 2000
_MESSAGES_CHARS = 2_500_000


def run_rows(message, body, steps, features, root, on_progress, is_cancelled):
    """The header and the body of the answer. Raises `Cancelled` between two batches, `ProtocolError` for a bad body."""
    rows, size = message["rows"], message["batch_size"]
    block = decode(body, rows, message.get("constants") or {})
    runs = [(step, StepMeter(step.name)) for step in steps]

    def told(step, error):
        return explain(step, error, block.names, root)

    pieces, errors = [], []
    matched = numpy.zeros(rows, dtype=bool)
    skipped = reordered = batches = 0
    for start in range(0, rows, size):
        if is_cancelled():
            raise Cancelled
        state = State(block.names, block.values[:, start : start + size], {})
        done = run_batch(state, runs, lambda done=batches: on_progress(done), told)
        positions = done.rows + start
        pieces.append(Piece(positions, done.state))
        matched[positions] = done.matched
        skipped += len(positions) - int(done.matched.sum())
        reordered += done.reordered
        errors += [{"row": row + start, **fields} for row, fields in done.errors.items()]
        batches += 1
        on_progress(batches)
    # A plugin may have made errors of warnings, and of what numpy passes over; that is for its own code.
    with numpy.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result, feature_stats, unread = _assembled(pieces, block, features, matched, lambda error: told(steps[0].name if len(steps) == 1 else "", error))
    errors += [{"row": row, **fields} for row, fields in unread.items()]
    errors.sort(key=lambda error: error["row"])
    longest = min(_MESSAGE_CHARS, _MESSAGES_CHARS // max(1, len(errors)))
    for error in errors:
        if len(error["message"]) > longest:
            error["message"] = error["message"][: longest - 3] + "..."
    stats = {
        "steps": [meter.stats for _, meter in runs], "features": feature_stats, "skipped": skipped, "reordered": reordered,
        "batches": batches, "rss_bytes": _resident_bytes(),
    }
    header = {"type": "result", "id": message["id"], "rows": rows, "ids_crc32": block.ids_crc32, "row_errors": errors, "stats": stats}
    return header, result


def _assembled(pieces, block, features, matched, told):
    """As `assemble`, and the rows that have no part in it: a plugin's own objects may raise when they are read."""

    def attempt(some):
        try:
            return assemble(some, block, features, matched), None
        except (ProtocolError, MemoryError):
            raise
        except Exception as error:
            return None, told(error)

    done, fault = attempt(pieces)
    if fault is None:
        return *done, {}
    unread = {}
    for piece in pieces:
        _search(piece, attempt, unread)
    # Each row can be read alone, all of them cannot: nobody can say which is to blame.
    unread = unread or {int(row): fault for piece in pieces for row in piece.rows}
    matched[list(unread)] = False
    keep = [numpy.array([row not in unread for row in piece.rows.tolist()], dtype=bool) for piece in pieces]
    return *assemble([Piece(piece.rows[kept], piece.state.take(kept)) for piece, kept in zip(pieces, keep)], block, features, matched), unread


def _search(piece, attempt, unread):
    """Finds the rows of a piece that cannot be read, by halving."""
    _, fault = attempt([piece])
    if fault is None:
        return
    if len(piece.rows) == 1:
        unread[int(piece.rows[0])] = fault
        return
    middle = len(piece.rows) // 2
    for half in (slice(None, middle), slice(middle, None)):
        _search(Piece(piece.rows[half], piece.state.take(half)), attempt, unread)


def _resident_bytes():
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        # Elsewhere the most so far is what can be had; macOS counts it in bytes.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
