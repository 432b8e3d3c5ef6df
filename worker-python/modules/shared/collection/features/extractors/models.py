"""What older templates describe themselves with."""

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional


@dataclass
class ExtractorDefinition:
    """A description of a plugin; the manifest's own names are what is read."""

    feature_extractor_name: str = ""
    version: str = "1.0.0"
    description: str = ""
    icon: Optional[str] = None
    input_schema: Any = None
    output_schema: Any = None
    parameter_schema: Any = None
    supported_input_types: List[str] = field(default_factory=list)
    required_vector_indexes: List[Any] = field(default_factory=list)
    costs: Optional[Dict[str, Any]] = None
