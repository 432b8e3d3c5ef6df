"""Helpers for plugin code: many things at once, and files behind URLs. What fails is counted for the report."""

import operator
import os
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from . import loops, stats, supervisor


def parallel_io(items, process_fn, max_workers=8):
    """Calls `process_fn(item)` for all items on threads.

    Gives a dict from index to result, in order; items that failed are absent, counted, and the first error is kept.
    """
    from concurrent.futures import ThreadPoolExecutor

    limit = _limit("max_workers", max_workers)
    items = list(items)
    stats.note_together(min(limit, len(items)))
    results = {}
    with ThreadPoolExecutor(max_workers=min(limit, max(1, len(items))), thread_name_prefix="plugsmith-io") as pool:
        for index, future in enumerate([pool.submit(process_fn, item) for item in items]):
            try:
                results[index] = future.result()
            except Exception as error:
                stats.note_io_failure(error)
    return results


def concurrent_api_calls(items, async_fn, max_concurrent=10):
    """Calls the coroutine function for all items, at most `max_concurrent` at a time.

    Gives a list aligned with the items, None where the call failed; failures are counted, and the first error is kept.
    Works inside a running loop as well.
    """
    import asyncio

    most = _limit("max_concurrent", max_concurrent)
    items = list(items)
    stats.note_together(min(most, len(items)))
    results = [None] * len(items)

    async def all_calls():
        limit = asyncio.Semaphore(most)

        async def one(index, item):
            async with limit:
                try:
                    results[index] = await async_fn(item)
                except Exception as error:
                    stats.note_io_failure(error)

        await asyncio.gather(*(one(index, item) for index, item in enumerate(items)))

    loops.run(all_calls)
    return results


def _limit(name, value):
    """A whole number of any kind, numpy's included."""
    try:
        limit = operator.index(value)
    except TypeError:
        limit = 0
    if limit < 1:
        raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}")
    return limit


def download_asset(url, suffix=""):
    """`(path, is_temp)` of a local file with the content of `url`; the caller removes it where `is_temp` is true.

    A path or a file: URL is given as it is; http:, https: and s3: are fetched by the supervisor.
    """
    url = os.fspath(url) if isinstance(url, os.PathLike) else url
    if not isinstance(url, str) or url == "":
        raise ValueError(f"there is no file to open: the URL is {url!r}")
    parts = urlsplit(url)
    if parts.scheme == "file":
        return _existing(unquote(parts.path), url), False
    if len(parts.scheme) < 2 or "://" not in url:
        return _existing(url, url), False
    with stats.counted("io"):
        asset = supervisor.fetch(url, "asset", url=url, suffix=suffix or "")
    return asset["path"], bool(asset["isTemporary"])


def _existing(path, url):
    if not os.path.exists(path):
        raise FileNotFoundError(f"there is no file {url}")
    return path


@contextmanager
def open_asset(url, suffix=""):
    """A local path for `url`, for the time of the block; a temporary file is removed afterwards."""
    path, is_temporary = download_asset(url, suffix)
    try:
        yield path
    finally:
        if is_temporary and os.path.exists(path):
            os.unlink(path)
