"""Requests and results of the older entry point `extract`."""

from dataclasses import dataclass, field
from typing import Any, Callable, List, Optional


@dataclass
class ExtractorRequest:
    """What `build_steps` is asked for; parameters are in `extractor_config.parameters`."""

    extractor_config: Any = None
    params: dict = field(default_factory=dict)


@dataclass
class PipelineStepsAndPrepare:
    """Steps, and what is done to every batch before them."""

    steps: List[Any] = field(default_factory=list)
    prepare: Optional[Callable] = None
