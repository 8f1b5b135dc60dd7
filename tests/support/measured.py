"""How much measures have grown: they belong to the process, so tests look at differences."""

from app.watching.instruments import REGISTRY


class Measured:
    """Samples as they were; called with a sample's name and labels, how much it has grown."""

    def __init__(self) -> None:
        self._before = _samples()

    def __call__(self, name: str, **labels: str) -> float:
        key = (name, frozenset(labels.items()))
        return _samples().get(key, 0.0) - self._before.get(key, 0.0)


def value(name: str, **labels: str) -> float | None:
    """Return a sample as it is now."""
    return _samples().get((name, frozenset(labels.items())))


def _samples() -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
    }
