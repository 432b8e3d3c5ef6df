"""Loggers of the service."""

import logging


def get_logger(name="plugin", *_, **__):
    """A logger whose lines, from information on, go to the log of the run."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.INFO)
    return logger
