"""Loggers of the service."""

from plugsmith_worker.container import Logger


def get_logger(name="plugin", *_, **named):
    """A logger whose lines go to the log of the run, with these values."""
    return Logger(**named)
