"""How operators watch Jirani: metrics for Prometheus, traces and metrics by OpenTelemetry."""

from app.watching.page import metrics_page
from app.watching.setup import Watching, setup_watching

__all__ = ["Watching", "metrics_page", "setup_watching"]
