"""Holds the vectors of frames and bodies against the worker's own codec; prints what does not agree, a line each.

Arguments: the worker's folder, the folder of the vectors.
"""

import base64
import io
import json
import sys

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True

import numpy
import pyarrow
from plugsmith_worker.blocks import read_body
from plugsmith_worker.protocol import ProtocolError, frame_start, read_frame


def vectors(name):
    with open(f"{sys.argv[2]}/{name}", encoding="utf-8") as file:
        return json.load(file)


def frames(data):
    stream = io.BytesIO(data)
    found = []
    while (frame := read_frame(lambda count: bytearray(stream.read(count)))) is not None:
        found.append(frame)
    return found


def values(array):
    """A column as the vectors write it."""
    if isinstance(array, tuple):
        return [None if text is None else {"json": json.loads(text)} for text in array[0].to_pylist()]
    cells = array.to_pylist()
    if pyarrow.types.is_int64(array.type):
        return [None if cell is None else str(cell) for cell in cells]
    return cells


def same(wanted, found):
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(same, wanted, found))
    if isinstance(found, float):
        special = {"NaN": numpy.nan, "Infinity": numpy.inf, "-Infinity": -numpy.inf, "-0": -0.0}.get(wanted, wanted)
        return numpy.array_equal([special], [found], equal_nan=True) or numpy.float32(special) == numpy.float32(found)
    return wanted == found


def check(name, is_right, what):
    if not is_right:
        print(f"{name}: {what}")


for case in vectors("frames.json"):
    found = frames(base64.b64decode(case["base64"]))
    check(case["name"], [header for header, _ in found] == case["headers"], "other headers")
    again = b"".join(frame_start(header, len(body)) + bytes(body) for header, body in found)
    check(case["name"], [header for header, _ in frames(again)] == case["headers"], "other headers when written again")

for case in vectors("broken-frames.json"):
    try:
        frames(base64.b64decode(case["base64"]))
        check(case["name"], False, "was read")
    except ProtocolError as error:
        check(case["name"], error.kind == case["error"], f"{error.kind} instead of {case['error']}")

for case in vectors("bodies.json"):
    found = read_body(bytearray(base64.b64decode(case["base64"])), case["rows"])
    wanted = {column["name"]: column["values"] for column in case["columns"]}
    check(case["name"], list(found) == list(wanted), "other columns")
    for column, array in found.items():
        check(f"{case['name']}, {column}", same(wanted[column], values(array)), f"{values(array)!r}")

for case in vectors("broken-bodies.json"):
    try:
        read_body(bytearray(base64.b64decode(case["base64"])), case["rows"])
        check(case["name"], False, "was read")
    except ProtocolError as error:
        check(case["name"], error.kind == case["error"], f"{error.kind} instead of {case['error']}")
