"""From the name that is imported to the name that is installed."""

# Import names that are not the names of their packages.
_DISTRIBUTIONS = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "ffmpeg": "ffmpeg-python",
    "fitz": "pymupdf",
    "google.genai": "google-genai",
    "google.generativeai": "google-generativeai",
    "magic": "python-magic",
    "pptx": "python-pptx",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "whisper": "openai-whisper",
    "yaml": "pyyaml",
}


def distribution_of(module):
    """The name under which pip knows an imported module, as far as the two differ in known ways."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        known = _DISTRIBUTIONS.get(".".join(parts[:length]))
        if known:
            return known
    return parts[0].replace("_", "-")


def dependency_line(package):
    """`(line, listed)`: the `dependencies` of the manifest with the package in it, and whether it was there already."""
    from .manifest import loaded_value

    given = loaded_value("dependencies") or []
    names = [str(item) for item in given] if isinstance(given, (list, tuple)) else []
    listed = any(_bare(item) == _bare(package) for item in names)
    wanted = names if listed else [*names, package]
    return "dependencies = [" + ", ".join(f'"{item}"' for item in wanted) + "]", listed


def _bare(requirement):
    name = requirement
    for mark in "[<>=!~ ;@":
        name = name.split(mark)[0]
    return name.lower().replace("_", "-").replace(".", "-")
