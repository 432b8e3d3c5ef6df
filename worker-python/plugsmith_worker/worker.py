"""The worker: one plugin, one request at a time, in order of arrival. Plugin code has the main thread; a thread of
control reads what the supervisor says meanwhile.
"""

import os
import queue
import sys
import threading
import time

from . import guards, supervisor
from .connection import Connection
from .failure import Cancelled, Failure
from .protocol import VERSION, ProtocolError

_IN, _OUT = 3, 4
# At most this often a busy worker says that it is alive, in seconds.
_PROGRESS_SECONDS = 0.1
# Numeric libraries read these when they are loaded; each would take all cores for every worker.
_THREADS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS",
    "RAYON_NUM_THREADS", "POLARS_MAX_THREADS",
)


class Worker:
    """State of the process: the plugin, the role, the requests that wait."""

    def __init__(self, connection):
        self.connection = connection
        self.waiting = queue.SimpleQueue()
        self.cancelled = set()
        self.in_hand = None
        # Holds together which request is in hand and which were given up: both threads decide by them.
        self.turn = threading.Lock()
        self.plugin = None
        self.container = None
        self.role = "manifest"
        self.steps = []
        self.service = None
        self.root = os.getcwd()
        self.last_progress = 0.0

    def receive(self, header, body):
        """Called on the thread of control."""
        kind = header["type"]
        if kind == "health":
            self.connection.send({"type": "result", "id": header.get("id"), "value": {"ok": True}, "value_type": "dict"})
        elif kind == "cancel":
            target = header.get("target")
            with self.turn:
                self.cancelled.add(target)
                if target is not None and target == self.in_hand:
                    guards.expect_end()
        elif kind != "event":
            self.waiting.put((header, body))

    def run(self):
        """Until shutdown."""
        while True:
            header, body = self.waiting.get()
            if header["type"] == "shutdown":
                return
            self.answer(header, body)

    def answer(self, header, body):
        number = header.get("id") if isinstance(header.get("id"), int) else 0
        with self.turn:
            self.in_hand = number
        supervisor.begin(number, header["type"] == "realtime")
        self.last_progress = time.monotonic()
        try:
            if number in self.cancelled:
                raise Cancelled
            handle = getattr(self, f"on_{header['type']}", None)
            if handle is None:
                raise Failure("unknown-message", f'this worker does not know the message "{header["type"]}"')
            handle(header, body)
        except MemoryError as error:
            if header["type"] == "rows":
                # Not a step's own, which costs its rows: whatever is left here is full. Fewer rows, or a fresh worker, may do.
                print("worker: not enough memory for what became of the rows", file=sys.stderr)
                guards.leave(70)
            self.connection.send(self.describe(number, error))
        except BaseException as error:
            self.connection.send(self.describe(number, error))
        finally:
            with self.turn:
                self.in_hand = None
                if number in self.cancelled:
                    guards.ended()
                    self.cancelled.discard(number)

    def describe(self, number, error):
        if isinstance(error, Cancelled):
            return {"type": "error", "id": number, "code": "cancelled", "message": "the request was cancelled"}
        if isinstance(error, ModuleNotFoundError):
            from .package import missing_module

            error = missing_module(error, self.root)
        if isinstance(error, Failure):
            told = {"code": error.code, "message": error.message, "why": error.why, "next": error.next, "details": error.details}
            return {"type": "error", "id": number, **{key: value for key, value in told.items() if value is not None}}
        if isinstance(error, ProtocolError):
            return {"type": "error", "id": number, "code": "protocol", "message": str(error)}
        from .places import report, stack, tell

        supervisor.log("debug", report(error, self.root))
        return {"type": "error", "id": number, "code": "plugin-error", **tell(error, self.root), "details": {"traceback": stack(error, self.root)}}

    def on_init(self, message, _):
        with guards.own_modules():
            from . import finder, instruments, logs, models_folder, places
            from .container import Container
            from .plugin import Plugin, build, realtime, up_to

        bundle = message.get("bundle") or message["root"]
        self.root = bundle if os.path.isdir(bundle) else message["root"]
        threads = message.get("threads") or 1
        _limit_threads(threads)
        finder.install()
        instruments.install()
        models_folder.use(message.get("model_folders") or [os.path.join(self.root, "models")], threads)
        role = message["role"]
        if role != "manifest":
            logs.install()
        if message.get("verbose"):
            places.show_everything()
        plugin = Plugin(self.root, message.get("parameters") or {}, message.get("package"), message.get("dataset_size"))
        container = Container()
        steps = up_to(build(plugin, container), message.get("last_step")) if role == "pipeline" else []
        service = realtime(plugin, container) if role == "realtime" else None
        if role == "pipeline":
            # What every frame needs is loaded before the first one comes, whose deadline is the plugin's.
            with guards.own_modules():
                from . import rows  # noqa: F401
                from .state import prepare_pandas
            if warning := prepare_pandas():
                supervisor.log("warn", warning)
        self.plugin, self.container, self.role, self.steps, self.service = plugin, container, role, steps, service
        self.connection.send({
            "type": "ready", "id": message["id"], "protocol": VERSION, "runtime": f"python {sys.version.split()[0]}", "pid": os.getpid(),
            "manifest": plugin.manifest.tree, "parameters": plugin.parameters, "batch_size": message.get("batch_size") or plugin.manifest.batch_size,
            "steps": [{"name": step.name, "resource_type": step.resource_type, "condition": step.condition} for step in steps],
        })

    def on_rows(self, message, body):
        plugin = self.ready()
        if self.role != "pipeline":
            raise Failure("wrong-role", f'This worker was started for the role "{self.role}"; rows are for "pipeline".')
        from .rows import run_rows

        with supervisor.counting() as counted:
            header, result = run_rows(message, body, self.steps, plugin.manifest.features, self.root, self.progress, lambda: message["id"] in self.cancelled)
        if counted:
            header["stats"]["metrics"] = counted
        self.connection.send(header, result)

    def progress(self, batches):
        now = time.monotonic()
        if now - self.last_progress >= _PROGRESS_SECONDS:
            self.last_progress = now
            self.connection.send({"type": "progress", "id": self.in_hand, "batches": batches})

    def on_realtime(self, message, _):
        self.ready()
        if self.service is None:
            raise Failure("no-realtime", "This worker was not started for realtime calls.")
        self.send_value(message["id"], self.service(message.get("inputs") or {}, message.get("parameters") or {}))

    def on_action(self, message, _):
        from .plugin import run_action

        self.send_value(message["id"], run_action(self.ready(), message["name"], message.get("params") or {}, self.container))

    def send_value(self, number, returned):
        from .jsons import NotJson, value_body
        from .loops import settle

        value = settle(returned)
        try:
            body = value_body(value)
        except NotJson as error:
            raise TypeError(f"the answer holds {error}; give text, numbers, lists and dicts") from None
        self.connection.send({"type": "result", "id": number, "value_type": type(value).__name__}, body)

    def ready(self):
        if self.plugin is None:
            raise Failure("not-initialised", "The first message to a worker is init.")
        return self.plugin


def main():
    """Until the supervisor says shutdown or is gone."""
    guards.arm()
    # Plugin code has no use for them.
    os.environ.pop("PLUGSMITH_SUPERVISOR", None)
    threads = os.environ.pop("PLUGSMITH_THREADS", None)
    connection = Connection(_IN, _OUT)
    supervisor.attach(connection)
    worker = Worker(connection)
    connection.listen(worker.receive, _ended)
    if threads is not None:
        _load_ahead(threads)
    worker.run()
    guards.leave(0)


def _limit_threads(threads):
    for name in _THREADS:
        os.environ.setdefault(name, str(threads))


def _load_ahead(threads):
    """What every pipeline needs takes most of a worker's start; the supervisor has things to do meanwhile."""
    _limit_threads(threads)
    try:
        with guards.own_modules():
            from . import plugin, rows  # noqa: F401
    except ImportError:
        # An environment that lacks something: `init` is told what.
        return


def _ended(error):
    """The supervisor is gone, or nothing it says can be understood any more."""
    if error is not None:
        print(f"worker: {error}", file=sys.stderr)
        guards.leave(70)
    guards.end_group()
    guards.leave(0)
