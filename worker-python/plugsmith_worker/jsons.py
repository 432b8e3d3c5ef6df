"""Values of Python as JSON text."""

import dataclasses
import enum
import json
from collections import deque
from collections.abc import Mapping

import numpy
import pandas

from .protocol import ProtocolError
from .vectors import is_null

_MAX_VALUE = 16 * 1024 * 1024


class NotJson(TypeError):
    """The value has no JSON form: bytes, images, open files, models."""


def json_text(value):
    """The JSON text of a value. Numbers that JSON does not have become null. Raises `NotJson`."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
    except ValueError:
        # NaN somewhere inside, or a structure that contains itself.
        return json.dumps(json_value(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except TypeError as error:
        if isinstance(error, NotJson):
            raise
        # A key that is no text.
        return json.dumps(json_value(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def value_body(value):
    """The body of an answer to `realtime` or `action`: the value as JSON text in UTF-8. Raises `NotJson`, `ProtocolError` beyond its cap."""
    # Text of plugins may hold half a surrogate pair, which UTF-8 does not have.
    body = json.dumps(json_value(value), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")
    if len(body) > _MAX_VALUE:
        raise ProtocolError("body-too-long", f"a value of {len(body)} bytes exceeds {_MAX_VALUE}")
    return body


def json_value(value, depth=0):
    """The value as dicts, lists, texts, numbers, booleans and None. Raises `NotJson`."""
    if depth > 200:
        raise NotJson("a value that is nested too deep, or contains itself")
    if is_null(value) or (isinstance(value, float) and value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (bool, int, float)) and not isinstance(value, enum.Enum):
        return value
    if isinstance(value, dict):
        return {_key(key): json_value(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_value(item, depth + 1) for item in value]
    return json_value(_plain(value), depth + 1)


def _key(key):
    return key if isinstance(key, str) else str(_plain(key) if isinstance(key, (enum.Enum, numpy.generic)) else key)


def _plain(value):
    """One step towards JSON."""
    if isinstance(value, numpy.generic):
        return None if is_null(value) else value.item()
    if isinstance(value, numpy.ndarray):
        return value.tolist()
    if hasattr(value, "detach"):
        return value.detach().cpu().numpy().tolist()
    if is_null(value):
        return None
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    if isinstance(value, (deque, range, pandas.Series, pandas.Index)):
        return list(value)
    if isinstance(value, pandas.DataFrame):
        return value.to_dict("records")
    if isinstance(value, Mapping):
        return dict(value)
    if callable(getattr(value, "model_dump", None)):
        return value.model_dump(mode="json")
    if callable(getattr(value, "__fields__", None) and getattr(value, "dict", None)):
        # A model in the manner of pydantic 1.
        return value.dict()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if callable(getattr(value, "isoformat", None)):
        return value.isoformat()
    if type(value).__name__ in ("Decimal", "UUID", "PosixPath", "PurePosixPath", "Fraction", "Period", "Interval"):
        return str(value)
    raise NotJson(f"a {type(value).__name__}, which has no JSON form")
