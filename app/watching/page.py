"""The page that Prometheus reads."""

from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from app.watching.instruments import REGISTRY


def metrics_page() -> tuple[bytes, str]:
    """Return this process's metrics, and their content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
