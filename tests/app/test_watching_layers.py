from tests.support.tree import PACKAGES, sources
from tests.test_layers import imported, place


def test_only_app_watching_knows_opentelemetrys_sdk() -> None:
    """The linter sees `opentelemetry` as a whole; the SDK and the exporters are this test's."""
    knowing = {
        place(file)
        for file in sources(*PACKAGES)
        for module in imported(file)
        if module.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))
    }
    assert knowing == {"app/watching/export.py", "app/watching/private.py"}
