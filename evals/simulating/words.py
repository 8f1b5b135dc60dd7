"""The phrases of simulated guests, from their file."""

from functools import cache
from importlib.resources import files
from typing import Any

from evals.reading import read


@cache
def phrases() -> dict[str, Any]:
    """Return everything in phrases.yaml."""
    data: dict[str, Any] = read(
        files("evals.simulating").joinpath("phrases.yaml").read_text("utf-8")
    ).data
    return data


def questions() -> list[str]:
    """Return the names of the questions guests can ask."""
    return list(phrases()["ask"])


def ways(intent: str, language: str) -> list[str]:
    """Return how people say something; `ask.parking` is a question."""
    found: Any = phrases()
    for part in intent.split("."):
        found = found[part]
    said: list[str] = found[language]
    return said


@cache
def vocabulary() -> frozenset[str]:
    """Return every word the phrases have: no typo may turn one into another."""
    return frozenset(_words(phrases()))


def _words(value: Any) -> set[str]:
    if isinstance(value, str):
        return {each.strip(".,!?{}'\"").casefold() for each in value.split()}
    inside = [*value.values(), *value] if isinstance(value, dict) else value
    return set().union(*map(_words, inside))
