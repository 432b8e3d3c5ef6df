"""What older templates describe themselves with."""

from types import SimpleNamespace


class ExtractorDefinition(SimpleNamespace):
    """A description of a plugin, with whatever fields it was given; what is read are the manifest's own names."""
