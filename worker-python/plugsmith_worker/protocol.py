"""Frames on the worker's two extra descriptors: a prefix of 16 bytes, a JSON header, a body."""

import json
import os
import struct

VERSION = 1
_MAGIC = b"PSWP"
_PREFIX = struct.Struct("<4sHHII")
_MAX_HEADER = 16 * 1024 * 1024
_MAX_BODY = 1024 * 1024 * 1024


class ProtocolError(Exception):
    """The peer broke the protocol. `kind` is a word of broken-frames.json."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def read_frame(read):
    """The next frame as `(header, body)`, or None where the stream ends between two frames.

    `read(n)` gives exactly n bytes as a bytearray, or fewer where the stream ends.
    """
    prefix = read(_PREFIX.size)
    if len(prefix) == 0:
        return None
    if len(prefix) < _PREFIX.size and _MAGIC.startswith(bytes(prefix[:4])):
        raise ProtocolError("truncated", "the stream ends inside of a frame")
    if prefix[:4] != _MAGIC:
        raise ProtocolError("magic", "not a frame: the first four bytes are not PSWP")
    _, version, _, header_length, body_length = _PREFIX.unpack(prefix)
    if version != VERSION:
        raise ProtocolError("version", f"protocol version {version} is not supported, this side speaks {VERSION}")
    if header_length > _MAX_HEADER:
        raise ProtocolError("header-too-long", f"a header of {header_length} bytes exceeds {_MAX_HEADER}")
    if body_length > _MAX_BODY:
        raise ProtocolError("body-too-long", f"a body of {body_length} bytes exceeds {_MAX_BODY}")
    text, body = read(header_length), read(body_length)
    if len(text) < header_length or len(body) < body_length:
        raise ProtocolError("truncated", "the stream ends inside of a frame")
    return _header(text), body


def _header(text):
    try:
        header = json.loads(bytes(text).decode("utf-8"))
    except ValueError as error:
        raise ProtocolError("header-not-json", f"the header is not JSON: {error}") from error
    if not isinstance(header, dict) or not isinstance(header.get("type"), str):
        raise ProtocolError("header-no-type", 'the header is not an object with a string "type"')
    return header


def frame_start(header, body_length):
    """Prefix and header as bytes; the body follows them."""
    # Text of plugins may hold half a surrogate pair, which UTF-8 does not have.
    text = json.dumps(header, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")
    if len(text) > _MAX_HEADER:
        raise ProtocolError("header-too-long", f"a header of {len(text)} bytes exceeds {_MAX_HEADER}")
    if body_length > _MAX_BODY:
        raise ProtocolError("body-too-long", f"a body of {body_length} bytes exceeds {_MAX_BODY}")
    return _PREFIX.pack(_MAGIC, VERSION, 0, len(text), body_length) + text


def reader(descriptor):
    """A `read` for `read_frame` that reads from a descriptor."""

    def read(count):
        buffer = bytearray(count)
        view = memoryview(buffer)
        filled = 0
        while filled < count:
            got = os.readv(descriptor, [view[filled:]])
            if got == 0:
                view.release()
                return buffer[:filled]
            filled += got
        view.release()
        return buffer

    return read
