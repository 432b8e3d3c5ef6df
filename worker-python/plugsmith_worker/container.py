"""The `container` that `build_steps` is handed. What needs a key or the network is asked of the supervisor."""

import sys
from types import SimpleNamespace

from . import supervisor
from .stats import Waiting


class Container:
    """`llm`, `secrets`, `inference`, `logger`, `progress(note)` and `metrics.count(name, value)`."""

    def __init__(self):
        self.llm = Llm()
        self.secrets = Secrets()
        self.inference = Inference()
        self.logger = Logger()
        self.metrics = Metrics()

    def progress(self, note):
        """Says that the plugin is alive: the deadline begins anew."""
        supervisor.note(note)

    def __getattr__(self, name):
        # A private name is asked for by copy and pickle, not by an author.
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(f'the container has no "{name}"; it has llm, secrets, inference, logger, progress and metrics')


class LlmResponse:
    """`data` is parsed JSON where a schema was given, else the text; `text` is the text."""

    def __init__(self, data, text):
        self.data = data
        self.text = text
        self.content = text

    def __repr__(self):
        return f"LlmResponse(data={self.data!r})"


class LLMRequest(SimpleNamespace):
    """A request for `process`, with the fields of `generate`."""


class Llm:
    """Language models, called by the supervisor: keys, recordings and limits are its."""

    async def generate(self, instruction=None, text=None, images=None, provider=None, model=None, schema=None, **_):
        """One call. Raises `RefusedError` in the supervisor's words: no key, no answer, none of this run."""
        given = {"instruction": instruction, "text": text, "images": list(images) if images else None, "provider": provider, "model": model, "schema": _schema(schema)}
        async with Waiting():
            answer = await supervisor.ask_async("llm", **{name: value for name, value in given.items() if value is not None})
        return LlmResponse(answer.get("data"), answer.get("text"))

    async def process(self, request):
        """One call with an `LLMRequest`: any object, or dict, with the fields of `generate`."""
        if hasattr(request, "model_dump"):
            fields = request.model_dump()
        else:
            fields = request if isinstance(request, dict) else vars(request)
        fields = dict(fields)
        # Older requests say `prompt`.
        fields["instruction"] = fields.get("instruction") or fields.pop("prompt", None)
        return await self.generate(**fields)

    @property
    def service(self):
        """The service itself, for code that asks for it; it answers `generate` and `process` alike."""
        return self


def _schema(schema):
    """A response schema: a dict, or a pydantic model."""
    return schema.model_json_schema() if hasattr(schema, "model_json_schema") else schema


class Secrets:
    """Secrets of the run, by name."""

    async def get(self, name):
        """The value. Raises `RefusedError` that says how to give it."""
        return await supervisor.ask_async("secret", name=name)

    async def list(self):
        """The names, no values."""
        return await supervisor.ask_async("secrets")


class Inference:
    """Built-in services by their id."""

    def get(self, service_id):
        """The service's class, as `get_batch_service` gives it."""
        from .builtin import get_batch_service

        return get_batch_service(service_id)


class Metrics:
    """Counters for the report."""

    def count(self, name, value=1):
        supervisor.metric(name, value)


class Logger:
    """Lines for the log of the run, under the step that is running. Python's own `logging` goes there too.

    Values by name, as structured loggers take them, follow the message.
    """

    def __init__(self, **named):
        self._named = named

    def debug(self, message, *values, **named):
        self._write("debug", message, values, named)

    def info(self, message, *values, **named):
        self._write("info", message, values, named)

    def warning(self, message, *values, **named):
        self._write("warn", message, values, named)

    warn = warning

    def error(self, message, *values, **named):
        self._write("error", message, values, named)

    critical = fatal = error

    def exception(self, message, *values, **named):
        self._write("error", message, values, {**named, "exc_info": True})

    def log(self, level, message, *values, **named):
        """With a level of `logging`, by number."""
        self._write("error" if level >= 40 else "warn" if level >= 30 else "info" if level >= 20 else "debug", message, values, named)

    def bind(self, **named):
        """A logger that adds these values to each line."""
        return Logger(**{**self._named, **named})

    def _write(self, level, message, values, named):
        named = {**self._named, **named}
        text = _filled(str(message), values)
        told = " ".join(f"{name}={value}" for name, value in named.items() if name not in ("exc_info", "stack_info", "stacklevel", "extra"))
        if named.get("exc_info") and sys.exc_info()[0] is not None:
            import traceback

            told = f"{told}\n{traceback.format_exc()}".strip()
        supervisor.log(level, f"{text} {told}".strip())


def _filled(text, values):
    """A message with its values; a line of the log that does not fit its values is no reason to lose a row."""
    try:
        return text % values if values else text
    except (TypeError, ValueError):
        return " ".join([text, *map(str, values)])
