"""What `build_steps` returned, as steps that can be called."""

import enum
import inspect

from .conditions import CONDITIONS

_RESOURCES = ("cpu", "gpu", "api")


class Step:
    """A step that is ready: `call(frame)` is its processor.

    `kind` is `step`, or of what `prepare` asked for `prepare` or `filter`: a row that only those saw was skipped.
    """

    __slots__ = ("name", "resource_type", "condition", "batch_size", "call", "kind")

    def __init__(self, name, call, resource_type="cpu", condition="always", batch_size=None, kind="step"):
        self.kind = kind
        self.name = name
        self.call = call
        self.resource_type = resource_type
        self.condition = condition
        self.batch_size = batch_size


class StepError(TypeError):
    """A step that cannot be run as it is; the message says how it can."""


def make_step(entry, number, container):
    """One entry of `steps`: what `build_pipeline_steps` gave, a `StepDefinition`, a class, an instance or a function."""
    if hasattr(entry, "service_class"):
        return _from_definition(entry, number, container)
    processor = construct(entry, None, container) if _makes_processors(entry) else entry
    return Step(_name_of(entry, number), _callable(processor, number))


def _makes_processors(entry):
    """A class, or a class with some of its arguments, as `functools.partial` has it."""
    return inspect.isclass(getattr(entry, "func", entry))


def _name_of(processor, number):
    """The name of a class, a function or what a partial calls, or the class of an instance."""
    function = getattr(processor, "func", processor)
    name = getattr(function, "__name__", None) or type(function).__name__
    return f"step_{number}" if name == "<lambda>" else name


def _from_definition(definition, number, container):
    service = definition.service_class
    if isinstance(service, str):
        raise StepError(f"step {number}: service_class is the text {service!r}; give the class itself")
    name = _name_of(service, number)
    # A ready processor where its class belongs does no harm.
    processor = construct(service, definition.config, container) if _makes_processors(service) else service
    where = f"step {number} ({name})"
    batch_size = getattr(definition, "batch_size", None)
    if batch_size is not None and (not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size < 1):
        raise StepError(f"{where}: batch_size {batch_size!r} is not a whole number above 0")
    return Step(
        getattr(definition, "name", None) or name,
        _callable(processor, number),
        _one_of(definition.resource_type, _RESOURCES, where, "resource_type", "ResourceType"),
        _one_of(definition.condition, CONDITIONS, where, "condition", "RowCondition"),
        batch_size,
    )


def _one_of(value, allowed, where, field, enumeration):
    plain = str(value.value if isinstance(value, enum.Enum) else value).lower()
    if plain not in allowed:
        raise StepError(f"{where}: {field} {value!r} is not one of {', '.join(f'{enumeration}.{name.upper()}' for name in allowed)}")
    return plain


def _callable(processor, number):
    if callable(processor):
        return processor
    name = type(processor).__name__
    if callable(getattr(processor, "process", None)):
        raise StepError(
            f"step {number} ({name}) has a method process, which nothing calls. "
            "A step is called with a batch: rename it to def __call__(self, batch) and return the batch"
        )
    raise StepError(f"step {number} is a {name} that cannot be called; give it def __call__(self, batch)")


def construct(service, config, container):
    """A processor of this class, with the arguments that its signature has."""
    try:
        parameters = inspect.signature(service).parameters
    except (TypeError, ValueError):
        return service(config)
    taken = {}
    if config is not None or _is_needed(parameters.get("config")):
        taken["config"] = config
    taken.update({name: container for name in ("container", "context") if name in parameters})
    if "progress_actor" in parameters and _is_needed(parameters["progress_actor"]):
        taken["progress_actor"] = None
    accepts_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    if "config" in taken and "config" not in parameters and not accepts_any:
        positional = [item for item in parameters.values() if item.kind in (item.POSITIONAL_ONLY, item.POSITIONAL_OR_KEYWORD)]
        del taken["config"]
        if positional and positional[0].name not in taken:
            return service(config, **taken)
    if "config" in taken and parameters.get("config") is not None and parameters["config"].kind is inspect.Parameter.POSITIONAL_ONLY:
        return service(taken.pop("config"), **taken)
    return service(**taken)


def _is_needed(parameter):
    return parameter is not None and parameter.default is parameter.empty and parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)


def call_filtered(function, offered):
    """Calls with those of the offered keywords that the signature has."""
    parameters = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return function(**offered)
    return function(**{name: value for name, value in offered.items() if name in parameters})
