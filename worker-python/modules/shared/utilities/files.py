"""The older name of `download_asset`."""


def resolve_url_to_local_path(url, suffix=""):
    """`(path, is_temp)` of a local file with the content of `url`."""
    from plugsmith_worker.helpers import download_asset

    return download_asset(url, suffix)
