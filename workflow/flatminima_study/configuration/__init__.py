"""From the text of a configuration to a study that is known to make sense."""

from flatminima_study.configuration.names import check_targets
from flatminima_study.configuration.refusals import ConfigurationError
from flatminima_study.configuration.study import parse_study
from flatminima_study.configuration.text import check_overlays, read_text, typed

__all__ = [
    "ConfigurationError",
    "check_overlays",
    "check_targets",
    "parse_study",
    "read_text",
    "typed",
]
