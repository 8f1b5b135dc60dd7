import json
import re
from typing import Any

import pytest

from app.watching.instruments import REGISTRY
from app.watching.measures import GAUGES, RECORDED
from tests.support.tree import ROOT
from tests.support.watched import AGAIN, PAGE, events, page, shown

DASHBOARD = ROOT / "docs" / "grafana" / "jirani.json"
METRIC = re.compile(r"\b(?:jirani|gen_ai|http|db|process|python)_[a-z_]+\b(?!\s*[=!])")
OURS = {name for each in (*RECORDED, *GAUGES) for name in shown(each)}
NEEDED = {  # what somebody must be woken for
    "jirani_turn_duration_seconds_count",
    "jirani_events_total",
    "jirani_model_failures_total",
    "jirani_job_failures_total",
    "jirani_outbox_overdue_seconds",
    "jirani_redis_away",
    "db_client_connection_count",
    "http_server_request_duration_seconds_count",
}


def known() -> set[str]:
    theirs = {sample.name for family in REGISTRY.collect() for sample in family.samples}
    return OURS | theirs


def named(expression: str) -> set[str]:
    """Return the metrics an expression is about; labels stand in braces or behind `by`."""
    bare = re.sub(r"\{[^}]*\}|\bby \([^)]*\)", "", expression)
    return set(METRIC.findall(bare))


def dashboard() -> dict[str, Any]:
    board: dict[str, Any] = json.loads(DASHBOARD.read_text("utf-8"))
    return board


def expressions() -> list[str]:
    return [
        target["expr"] for panel in dashboard()["panels"] for target in panel.get("targets", [])
    ]


def rules() -> list[str]:
    return re.findall(r"(?m)^ +expr: (.*)$", PAGE.read_text("utf-8"))


def test_the_page_lists_every_metric_as_the_code_has_it() -> None:
    assert PAGE.read_text("utf-8") == page(), AGAIN


def test_the_page_lists_every_event_with_its_level() -> None:
    listed = re.findall(r"(?m)^\| `([\w.]+)` \| (\w+) \| .+ \|$", PAGE.read_text("utf-8"))
    assert {name: {level} for name, level in listed} == events()
    assert listed == sorted(listed)


@pytest.mark.parametrize("written", ["dashboard", "alerts"])
def test_dashboard_and_alerts_use_metrics_that_exist_and_none_is_missing(written: str) -> None:
    used = {
        name
        for expression in (expressions() if written == "dashboard" else rules())
        for name in named(expression)
    }
    assert used - known() == set()
    assert NEEDED - used == set()


def test_dashboard_and_alerts_ask_for_events_that_exist() -> None:
    for expression in (*expressions(), *rules()):
        for operator, pattern in re.findall(r'event(=~|=)"([^"]+)"', expression):
            alternatives = [pattern] if operator == "=" else pattern.split("|")
            if "(" not in pattern:
                for each in alternatives:
                    assert any(re.fullmatch(each, name) for name in events()), each


def test_dashboard_and_alerts_ask_for_labels_that_exist() -> None:
    labels = {label for each in (*RECORDED, *GAUGES) for label in each.labels_there}
    for expression in (*expressions(), *rules()):
        used = set(re.findall(r"[{,]\s*(\w+)\s*[=!]~?", expression))
        for group in re.findall(r"\bby \(([^)]*)\)", expression):
            used |= set(re.split(r",\s*", group))
        assert used <= labels | {"le", "instance"}, expression


def test_the_dashboard_can_be_imported() -> None:
    board = dashboard()
    assert {"title", "uid", "schemaVersion", "templating", "panels"} <= board.keys()
    assert board.get("id") is None
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert panel["type"] == "row" or panel["datasource"]["uid"] == "${datasource}"
