"""The plugin: its manifest, its steps, its realtime service, its actions."""

import inspect
import os
from types import SimpleNamespace

from . import package as packages
from . import supervisor
from .failure import Failure, RefusedError
from .manifest import read_manifest
from .parameters import read_parameters
from .places import report, stack, tell
from .steps import StepError, call_filtered, construct, make_step


class Plugin:
    """A plugin whose manifest is loaded. `parameters` have their defaults; `size` is the number of rows, where it is known."""

    def __init__(self, root, given, name=None, size=None):
        self.root = root
        self.size = size
        self.package = packages.register(root, name)
        self.manifest = read_manifest(self.package, root)
        schema = self.manifest.value("parameter_schema")
        self.parameters = read_parameters(schema, given, self.manifest.name)

    def load(self, part):
        return packages.load(self.package, part, self.root)

    def has(self, part):
        path = os.path.join(self.root, *part.split("."))
        return os.path.isfile(path + ".py") or os.path.isfile(os.path.join(path, "__init__.py"))


def build(plugin, container):
    """The steps of pipeline.py. Raises `Failure` `build-steps` with the author's place."""
    if not plugin.has("pipeline"):
        raise _build_failure("The plugin's folder has no pipeline.py.", "Add one with: def build_steps(extractor_request, container=None, **kwargs): ... return {\"steps\": [...]}")
    module = plugin.load("pipeline")
    function = getattr(module, "build_steps", None) or getattr(module, "extract", None)
    if not callable(function):
        raise _build_failure("pipeline.py has no function build_steps.", 'Add: def build_steps(extractor_request, container=None, **kwargs): ... return {"steps": [...]}')
    offered = _offered(function, {"extractor_request": _request(plugin), "container": container, "base_steps": [], "dataset_size": plugin.size, "content_flags": {}})
    from .loops import settle

    try:
        built = settle(call_filtered(function, offered))
        steps, prepare = _parts(built)
        return _prepared(prepare, plugin) + [make_step(entry, number, container) for number, entry in enumerate(steps, 1)]
    except ModuleNotFoundError as error:
        raise packages.missing_module(error, plugin.root) from error
    except StepError as error:
        raise _build_failure(f"{error}.", "Mend the step; the run has not begun.") from error
    except BaseException as error:
        raise _raised(error, plugin.root) from error


def _offered(function, arguments):
    """The arguments by the names that the function has for them: a first parameter of its own naming is the request."""
    names = [item.name for item in inspect.signature(function).parameters.values() if item.kind is item.POSITIONAL_OR_KEYWORD]
    if not names or names[0] in arguments or "extractor_request" in names:
        return arguments
    supervisor.log("warn", f'build_steps takes the request as "{names[0]}"; the service may pass it by its name, extractor_request')
    request = arguments.pop("extractor_request")
    return {names[0]: request, **arguments}


def up_to(steps, last):
    """The steps up to the one of this name; all of them for None. Raises `Failure` `no-step` naming those there are."""
    if last is None:
        return steps
    names = [step.name for step in steps]
    if last in names:
        return steps[: names.index(last) + 1]
    told = f"Steps: {', '.join(names)}." if names else "build_steps gave no enabled steps."
    raise Failure("no-step", f'The pipeline has no enabled step "{last}".', "The steps up to it are run.", told)


def _parts(built):
    """`(steps, prepare)` of a dict, or of an object with these attributes."""
    if isinstance(built, dict):
        steps, prepare = built.get("steps"), built.get("prepare")
    else:
        steps, prepare = getattr(built, "steps", None), getattr(built, "prepare", None)
    if not isinstance(steps, (list, tuple)):
        raise StepError(f'build_steps returned {_shown(built)}; return {{"steps": [...]}}')
    return steps, prepare


def _shown(built):
    if built is None:
        return "nothing"
    return "a list" if isinstance(built, (list, tuple)) else f"a {type(built).__name__} without a list of steps"


def _prepared(prepare, plugin):
    if prepare is None:
        return []
    from .dataset import steps_of

    return steps_of(prepare, plugin.size)


def _request(plugin):
    config = SimpleNamespace(
        feature_extractor_name=plugin.manifest.name, version=plugin.manifest.version,
        parameters=dict(plugin.parameters), params=dict(plugin.parameters), input_mappings=plugin.manifest.tree.get("input_mappings") or {},
    )
    return SimpleNamespace(extractor_config=config, params=dict(plugin.parameters), parameters=dict(plugin.parameters))


def _build_failure(message, next, details=None):
    return Failure("build-steps", message, "Without steps there is nothing to run.", next, details)


def _raised(error, root):
    supervisor.log("debug", report(error, root))
    told = tell(error, root)
    at = told["at"]
    where = f" at {at}" if at else ""
    next = f"Mend {at}." if at else "Mend build_steps in pipeline.py, or the constructor of the processor that it names."
    if isinstance(error, RefusedError):
        next = "Run it again with what the message asks for."
    return _build_failure(f"build_steps failed{where}: {told['name']}: {told['message']}", next, {"at": at, "traceback": stack(error, root)})


def realtime(plugin, container):
    """A function of `(inputs, parameters)`. Raises `Failure` `no-realtime` where the plugin has none that can be made."""
    if not plugin.has("realtime"):
        raise _no_realtime("The plugin has no realtime.py.", 'Add one with: class InferenceService(BaseInferenceService): async def run_inference(self, inputs, parameters): return {"embedding": [...]}')
    module = plugin.load("realtime")
    try:
        from .loops import settle

        service = settle(_service(module))
        if inspect.isclass(service):
            service = construct(service, None, container)
    except ModuleNotFoundError as error:
        raise packages.missing_module(error, plugin.root) from error
    except BaseException as error:
        told = tell(error, plugin.root)
        raise _no_realtime(f"The realtime service cannot be made: {told['name']}: {told['message']}", f"Mend {told['at'] or 'realtime.py'}.") from error
    if service is None:
        raise _no_realtime("realtime.py has no InferenceService, no RealtimeHandler and no get_inference_service().", "Name the class InferenceService.")
    return _entry(service)


def _service(module):
    named = getattr(module, "InferenceService", None)
    if named is not None:
        return named
    from shared.plugins.inference.serve import BaseInferenceService

    for value in vars(module).values():
        if inspect.isclass(value) and issubclass(value, BaseInferenceService) and value.__module__ == module.__name__:
            return value
    handler = getattr(module, "RealtimeHandler", None)
    if handler is not None:
        return handler
    make = getattr(module, "get_inference_service", None)
    return make() if callable(make) else None


def _entry(service):
    """The four shapes of a realtime service, as one."""
    if callable(getattr(service, "predict", None)) and not callable(getattr(service, "run_inference", None)):
        return lambda inputs, parameters: service.predict({"inputs": inputs, "parameters": parameters})
    for name in ("run_inference", "_process_single", "__call__"):
        method = getattr(service, name, None)
        if callable(method):
            return lambda inputs, parameters: _call_entry(method, inputs, parameters)
    raise _no_realtime(f"{type(service).__name__} cannot be called.", "Give it: async def run_inference(self, inputs, parameters) that returns a dict.")


def _call_entry(method, inputs, parameters):
    """With both arguments where the method takes both; by position, since they have many names, or by name alone."""
    taken = [item for item in inspect.signature(method).parameters.values() if item.kind in (item.POSITIONAL_ONLY, item.POSITIONAL_OR_KEYWORD, item.VAR_POSITIONAL)]
    if not taken:
        return call_filtered(method, {"inputs": inputs, "parameters": parameters})
    if len(taken) == 1 and taken[0].kind is not inspect.Parameter.VAR_POSITIONAL:
        return method(inputs)
    return method(inputs, parameters)


def _no_realtime(message, next):
    return Failure("no-realtime", message, "Queries are embedded by it.", next)


def run_action(plugin, name, given, container):
    """Calls `run(params, container)` of the module in `actions/` whose `name`, or file, is this."""
    folder = os.path.join(plugin.root, "actions")
    files = sorted(file[:-3] for file in os.listdir(folder) if file.endswith(".py") and file != "__init__.py") if os.path.isdir(folder) else []
    modules = {getattr(module, "name", file): module for file in files for module in [plugin.load(f"actions.{file}")]}
    module = modules.get(name)
    if module is None or not callable(getattr(module, "run", None)):
        raise Failure("no-action", f'The plugin has no action "{name}".', "There is nothing to call.", f"It has: {', '.join(modules) or 'none'}.")
    schema = getattr(module, "parameter_schema", None)
    parameters = read_parameters(schema, given, f'The action "{name}"')
    if inspect.isclass(schema):
        parameters = schema.model_validate(parameters)
    offered = {"params": parameters, "container": container, "context": container}
    return call_filtered(module.run, offered)
