"""The worker's end of the line. One thread reads, everything may write; plugin code never waits for the reader."""

import itertools
import os
import re
import threading

from .failure import RefusedError
from .protocol import ProtocolError, frame_start, read_frame, reader


class Connection:
    """Frames in on one descriptor, frames out on another."""

    def __init__(self, source, sink):
        self._source = source
        self._sink = sink
        self._writing = threading.Lock()
        self._asked = {}
        self._ids = itertools.count(1)
        self._is_child = False
        for descriptor in (source, sink):
            os.set_inheritable(descriptor, False)
        # A child that the plugin forks has this memory, but the line is not its own.
        os.register_at_fork(after_in_child=self._forked)

    def listen(self, on_frame, on_end):
        """Reads in a thread. `on_frame(header, body)` gets all but answers to `ask`; `on_end(error)` comes once."""

        def run():
            read = reader(self._source)
            try:
                while (frame := read_frame(read)) is not None:
                    header, body = frame
                    if header["type"] == "rpc":
                        self._settle(header)
                    else:
                        on_frame(header, body)
            except ProtocolError as error:
                on_end(error)
            except OSError:
                on_end(None)
            else:
                on_end(None)

        threading.Thread(target=run, name="plugsmith-control", daemon=True).start()

    def send(self, header, body=b""):
        """Writes one frame. `body` is bytes or any buffer of bytes."""
        if self._is_child:
            # Two processes that answer the same request would both be believed.
            os._exit(1)
        view = memoryview(body)
        parts = [memoryview(frame_start(header, view.nbytes))] + ([view.cast("B")] if view.nbytes else [])
        with self._writing:
            while parts:
                written = os.writev(self._sink, parts)
                while parts and written >= len(parts[0]):
                    written -= len(parts.pop(0))
                if parts:
                    parts[0] = parts[0][written:]

    def ask(self, method, params):
        """Asks the supervisor. The future gives the result, or raises `RefusedError` in the supervisor's words."""
        from concurrent.futures import Future

        future = Future()
        number = next(self._ids)
        self._asked[number] = future
        self.send({"type": "rpc", "id": number, "method": method, "params": params})
        return future

    def _settle(self, answer):
        future = self._asked.pop(answer.get("id"), None)
        # Nobody waits any more for what was cancelled.
        if future is None or not future.set_running_or_notify_cancel():
            return
        if answer.get("ok"):
            future.set_result(answer.get("result"))
            return
        error = answer.get("error") or {"message": "the supervisor gave no reason"}
        words = " ".join(re.sub(r"[^.!?]$", r"\g<0>.", text) for text in (error.get("message"), error.get("next")) if text)
        future.set_exception(RefusedError(words, error.get("code", "refused")))

    def _forked(self):
        self._is_child = True
        os.close(self._source)
        os.close(self._sink)
