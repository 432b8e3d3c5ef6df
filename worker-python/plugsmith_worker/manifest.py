"""The manifest as Python writes it, in both styles, brought to the form of manifest.json."""

import difflib
import enum
import os
import re
from types import ModuleType

from . import package as packages
from . import supervisor
from .failure import Failure
from .parameters import is_model

_FIELDS = (
    "feature_extractor_name", "version", "description", "category", "icon", "author", "inference_type", "supported_input_types",
    "input_schema", "output_schema", "parameter_schema", "features", "required_vector_indexes", "feature_uri", "dependencies",
    "input_mappings", "tier", "tier_label", "compute_profile", "serve_config", "cost_rates", "container_image",
    "example_input", "example_output",
)
_FEATURE_KEYS = ("feature_type", "feature_name", "embedding_dim", "distance_metric")
_USUAL_MISTAKES = {"type": "feature_type", "name": "feature_name", "dimensions": "embedding_dim", "dimension": "embedding_dim", "dim": "embedding_dim", "distance": "distance_metric", "metric": "distance_metric"}
_DEFAULT_BATCH = 64

_module = None


class Manifest:
    """What the worker itself uses, and the whole as a tree of JSON values."""

    def __init__(self, tree, module):
        self.tree = tree
        self.module = module
        self.name = tree["feature_extractor_name"]
        self.version = tree["version"]
        # In the manifest's order: the features come first in every result.
        self.features = {feature["feature_name"]: feature["embedding_dim"] for feature in tree["features"]}
        self.batch_size = (tree.get("compute_profile") or {}).get("batch_size") or _DEFAULT_BATCH

    def value(self, field):
        """A field as the author wrote it, schema classes included."""
        return _value(self.module, field)


def loaded_value(field):
    """A field of the manifest that this process has loaded; None before that."""
    return None if _module is None else _value(_module, field)


def read_manifest(package, root):
    """Imports manifest.py and checks what the worker relies on; the supervisor checks the rest.

    Raises `Failure` `plugin-load`, `missing-module` or `manifest-invalid`.
    """
    global _module
    if not os.path.isfile(os.path.join(root, "manifest.py")):
        raise _absent(root)
    _module = packages.load(package, "manifest", root)
    tree = {field: _plain(_value(_module, field), field) for field in _FIELDS if _value(_module, field) is not None}
    for field, value in _metadata(_module).items():
        if field in tree or field == "name" or value is None:
            continue
        if field in _FIELDS or _meant(field, tree):
            # The supervisor names misspelt keys; it has to see them.
            tree[field] = _plain(value, field)
        else:
            supervisor.log("warn", f'metadata has the key "{field}", which nothing reads')
    _check_identity(tree)
    tree["features"] = _features(tree.get("features"))
    return Manifest(tree, _module)


def _metadata(module):
    """The dict `metadata`, or the fields of an object of this name, such as an `ExtractorDefinition`."""
    metadata = getattr(module, "metadata", None)
    if isinstance(metadata, dict):
        return metadata
    return {} if metadata is None or isinstance(metadata, (type, ModuleType)) else getattr(metadata, "__dict__", {})


def _meant(key, tree):
    """The field of which a key is a misspelling; None where it is like none, or like one that is there as well."""
    meant = next(iter(difflib.get_close_matches(str(key), _FIELDS, 1, 0.7)), None)
    return None if meant in tree else meant


def _value(module, field):
    """Module-level names first, then the dict `metadata`; older manifests have `name` in it."""
    value = getattr(module, field, None)
    if value is None:
        value = _metadata(module).get(field)
    if value is None and field == "feature_extractor_name":
        value = _metadata(module).get("name")
    return value


def _absent(root):
    if os.path.isfile(os.path.join(root, "definition.py")):
        return Failure(
            "manifest-missing",
            "This folder has a definition.py and no manifest.py: it is a builtin plugin of the service, not a custom plugin.",
            "A builtin plugin is registered inside of the service and imports modules that only exist there.",
            "Write a manifest.py with feature_extractor_name, version and features; plugin create --language python makes one.",
        )
    return Failure("manifest-missing", "The plugin's folder has no manifest.py.", "It says what the plugin is called and what it writes.", "Write one, or name another folder with --plugin.")


def _invalid(message, next):
    return Failure("manifest-invalid", f"manifest.py is not valid: {message}", "A manifest that is not read as it was meant makes vectors without an index.", next, {"problems": [{"message": message, "next": next}]})


def _check_identity(tree):
    name = tree.get("feature_extractor_name")
    if name is None:
        raise _invalid("it has no feature_extractor_name.", 'Write feature_extractor_name = "my_extractor", or the same key in metadata.')
    if not isinstance(name, str) or not re.fullmatch(r"[a-zA-Z][a-zA-Z0-9_]{2,63}", name):
        raise _invalid(f"feature_extractor_name is {name!r}.", "Use a letter, then 2 to 63 letters, digits or underscores.")
    version = tree.get("version")
    match = re.fullmatch(r"[vV]?(\d+)(?:\.(\d+))?(?:\.(\d+))?", version) if isinstance(version, str) else None
    if match is None:
        raise _invalid("it has no version." if version is None else f"version is {version!r}.", 'Write version = "1.0.0".')
    tree["version"] = ".".join(str(int(part or 0)) for part in match.groups())
    profile = tree.get("compute_profile")
    if profile is not None and not isinstance(profile, dict):
        raise _invalid("compute_profile is no dict.", 'Write compute_profile = {"resource_type": "cpu", "batch_size": 64}.')
    size = (profile or {}).get("batch_size")
    if size is not None and not (isinstance(size, int) and not isinstance(size, bool) and size > 0):
        raise _invalid(f"compute_profile.batch_size is {size!r}.", "Give a whole number above 0.")


def _features(features):
    if features is None:
        return []
    if not isinstance(features, list) or not all(isinstance(item, dict) for item in features):
        raise _invalid("features is no list of dicts.", 'Write features = [{"feature_type": "embedding", "feature_name": "my_embedding", "embedding_dim": 384, "distance_metric": "cosine"}].')
    for index, feature in enumerate(features):
        for key in feature:
            if key in _FEATURE_KEYS:
                continue
            meant = _USUAL_MISTAKES.get(key) or next(iter(difflib.get_close_matches(str(key), _FEATURE_KEYS, 1)), None)
            raise _invalid(f"features[{index}] has the key {key!r}, which means nothing there.", f'Did you mean "{meant}"?' if meant else f"The keys are {', '.join(_FEATURE_KEYS)}.")
        for key in _FEATURE_KEYS:
            if feature.get(key) is None:
                raise _invalid(f"features[{index}] has no {key}.", f"The keys are {', '.join(_FEATURE_KEYS)}.")
        dim = feature["embedding_dim"]
        if not isinstance(dim, int) or isinstance(dim, bool) or dim < 1:
            raise _invalid(f"features[{index}].embedding_dim is {dim!r}.", "Give the number of components of the vector.")
    return features


def _plain(value, field):
    """A value of the manifest as JSON has it; pydantic models become JSON Schema."""
    if is_model(value):
        try:
            return value.model_json_schema() if hasattr(value, "model_json_schema") else value.schema()
        except Exception as error:
            raise _invalid(f"{field} is the model {value.__name__}, which has no JSON Schema: {error}", "Use types that JSON has, or write the schema as a dict.") from error
    if isinstance(value, enum.Enum):
        return _plain(value.value, field)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item, f"{field}.{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item, f"{field}[{index}]") for index, item in enumerate(value)]
    if callable(getattr(value, "model_dump", None)):
        return _plain(value.model_dump(mode="json"), field)
    kind = f"the class {value.__name__}" if isinstance(value, type) else f"a {type(value).__name__}"
    raise _invalid(f"{field} is {kind}.", "Write a pydantic model, or a dict of fields to JSON Schema." if field.endswith("_schema") else "Use text, numbers, lists and dicts.")
