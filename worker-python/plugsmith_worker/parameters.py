"""Parameters as the user gave them, against the plugin's parameter_schema: checked, with defaults."""

import difflib
import json

from .failure import Failure

_TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}


def read_parameters(schema, given, what="The plugin"):
    """The parameters as plugin code gets them, JSON values only.

    Without a schema everything is taken as it is: plugins of the service read their parameters with `get` and a default.
    Raises `Failure` `parameters-invalid` that names each wrong one.
    """
    if schema is None:
        return dict(given)
    if is_model(schema):
        return _by_model(schema, given, what)
    return _by_json_schema(schema, given, what)


def is_model(schema):
    """Whether it is a class of pydantic, of version 2 or of `pydantic.v1`."""
    return isinstance(schema, type) and (hasattr(schema, "model_validate") or hasattr(schema, "parse_obj"))


def _by_model(model, given, what):
    is_new = hasattr(model, "model_validate")
    fields = model.model_fields if is_new else model.__fields__
    extra = model.model_config.get("extra") if is_new else getattr(model.__config__.extra, "value", None)
    problems = [] if extra == "allow" else _unknown(given, {field.alias or name for name, field in fields.items()} | set(fields))
    try:
        read = model.model_validate(given) if is_new else model.parse_obj(given)
    except ValueError as error:
        if not hasattr(error, "errors"):
            raise
        problems += [f"{'.'.join(map(str, item['loc'])) or 'the whole'}: {item['msg']}" for item in error.errors() if item["type"] not in ("extra_forbidden", "value_error.extra")]
    if problems:
        raise _refused(problems, what)
    # What is computed from the others is no parameter: the plugin makes the model again from what it is given.
    plain = read.model_dump(mode="json", by_alias=True, round_trip=True) if is_new else json.loads(read.json(by_alias=True))
    return _revealed(plain, read.model_dump(by_alias=True, round_trip=True) if is_new else read.dict(by_alias=True))


def _revealed(plain, value):
    """JSON values with the text of each secret, which pydantic masks; `value` is the same tree as Python has it."""
    if callable(getattr(value, "get_secret_value", None)):
        secret = value.get_secret_value()
        return secret.decode("utf-8", "replace") if isinstance(secret, bytes) else secret
    if isinstance(plain, dict) and isinstance(value, dict):
        return {name: _revealed(item, inner) for (name, item), inner in zip(plain.items(), value.values())}
    if isinstance(plain, list) and isinstance(value, (list, tuple)):
        return [_revealed(item, inner) for item, inner in zip(plain, value)]
    return plain


def _by_json_schema(schema, given, what):
    is_schema = isinstance(schema.get("properties"), dict)
    fields = schema["properties"] if is_schema else schema
    problems = [] if is_schema and schema.get("additionalProperties") else _unknown(given, fields)
    values = dict(given)
    for name, field in fields.items():
        field = field if isinstance(field, dict) else {}
        if name not in values:
            if "default" in field:
                values[name] = field["default"]
            elif name in (schema.get("required", []) if is_schema else []):
                problems.append(f"{name}: it is missing, and has no default")
            continue
        problem = _wrong(field, values[name])
        if problem:
            problems.append(f"{name}: {problem}")
    if problems:
        raise _refused(problems, what)
    return values


def _wrong(field, value):
    wanted = field.get("type")
    allowed = _TYPES.get(wanted) if isinstance(wanted, str) else None
    if allowed and (not isinstance(value, allowed) or (isinstance(value, bool) and wanted != "boolean")):
        return f"{value!r} is no {wanted}"
    if "enum" in field and value not in field["enum"]:
        return f"{value!r} is none of {', '.join(map(repr, field['enum']))}"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if "minimum" in field and value < field["minimum"]:
            return f"{value!r} is less than {field['minimum']}"
        if "maximum" in field and value > field["maximum"]:
            return f"{value!r} is more than {field['maximum']}"
    return None


def _unknown(given, names):
    problems = []
    for name in given:
        if name not in names:
            meant = difflib.get_close_matches(name, list(names), 1)
            problems.append(f"{name} is no parameter" + (f'; did you mean "{meant[0]}"?' if meant else f"; there are {', '.join(sorted(names)) or 'none'}"))
    return problems


def _refused(problems, what):
    return Failure(
        "parameters-invalid",
        f"{what} refuses its parameters: {'; '.join(problems)}",
        "The plugin would run with values that its parameter_schema rules out.",
        "Correct the values given with --params.",
        {"problems": [{"message": problem} for problem in problems]},
    )
