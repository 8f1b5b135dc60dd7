"""The one logger; events are dotted or rule-given names, texts and secrets stay out."""

from typing import Any

import structlog

log: Any = structlog.get_logger("jirani")
