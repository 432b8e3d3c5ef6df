"""Which rows a step sees, by their MIME type."""

_PREFIXES = {
    "is_text": ("text/",),
    "is_image": ("image/",),
    "is_video": ("video/",),
    "is_audio": ("audio/",),
    "is_visual": ("image/", "video/"),
    "is_video_or_audio": ("video/", "audio/"),
}
CONDITIONS = ("always", "is_text", "is_image", "is_video", "is_audio", "is_pdf", "is_visual", "is_video_or_audio")


def meets(condition, mime):
    """Whether a row of this MIME type meets the condition, one of `CONDITIONS`."""
    if condition == "always":
        return True
    if condition == "is_pdf":
        return mime == "application/pdf"
    return isinstance(mime, str) and mime.startswith(_PREFIXES[condition])
