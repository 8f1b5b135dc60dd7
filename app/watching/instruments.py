"""Instruments, declared by OpenTelemetry's names and shown to Prometheus by its rules for them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import prometheus_client as prometheus
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

REGISTRY = prometheus.CollectorRegistry()
MOST = 500  # label sets of one instrument; what a stranger makes up beyond is `other`

Labels = tuple[str, ...]
Mirror = Callable[[float, dict[str, str]], None]


class Instrument:
    """Something measured: its dotted name, what it tells, its labels, its unit (`s`, or none)."""

    suffix = ""

    def __init__(self, name: str, about: str, labels: Labels = (), unit: str = "") -> None:
        self.name, self.about, self.labels, self.unit = name, about, labels, unit
        self.known_as = name.replace(".", "_") + ("_seconds" if unit == "s" else "")
        self.labels_there = tuple(label.replace(".", "_") for label in labels)

    @property
    def shown_as(self) -> str:
        """Its name on the page for Prometheus."""
        return self.known_as + self.suffix


class Recorded(Instrument):
    """What is written down as it happens; `mirror`, if set, is told the same."""

    def __init__(
        self,
        name: str,
        about: str,
        labels: Labels = (),
        unit: str = "",
        *,
        buckets: tuple[float, ...] = (),
    ) -> None:
        super().__init__(name, about, labels, unit)
        self.buckets = buckets
        self.mirror: Mirror | None = None
        self._children: dict[Labels, Any] = {}
        self._metric = self._made()

    def record(self, value: float, *labels: object) -> None:
        """Write a value down under these labels."""
        texts = tuple(map(_text, labels))
        child = self._children.get(texts)
        if child is None:
            if len(self._children) >= MOST:
                texts = ("other",) * len(texts)
            child = self._children[texts] = self._metric.labels(*texts)
        if self.buckets:
            child.observe(value)
        else:
            child.inc(value)
        if self.mirror:
            self.mirror(value, dict(zip(self.labels, texts, strict=True)))

    def _made(self) -> Any:
        about = (self.known_as, self.about, self.labels_there)
        if self.buckets:
            return prometheus.Histogram(*about, buckets=self.buckets, registry=REGISTRY)
        return prometheus.Counter(*about, registry=REGISTRY)


class Counted(Recorded):
    """How often something has happened."""

    suffix = "_total"


class Gauge(Instrument, Collector):
    """What is so at the moment: `source`, once there is one, is asked whenever someone looks."""

    def __init__(self, name: str, about: str, labels: Labels = (), unit: str = "") -> None:
        super().__init__(name, about, labels, unit)
        self.source: Callable[[], Mapping[Labels, float]] = dict
        REGISTRY.register(self)

    def collect(self) -> Iterator[Metric]:
        """Give Prometheus the present values."""
        family = GaugeMetricFamily(self.known_as, self.about, labels=self.labels_there)
        for labels, value in self.source().items():
            family.add_metric(labels, value)
        yield family


def _text(label: object) -> str:
    if isinstance(label, bool):
        return str(label).lower()
    return "" if label is None else str(label)
