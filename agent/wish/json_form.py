"""A wish as plain JSON and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, time
from typing import Any

from agent.when import Problem, When
from agent.wish.model import Intent, Wish


def to_json(wish: Wish) -> dict[str, Any]:
    """The wish as JSON values: ISO dates and times, lists for tuples; `from_json` undoes it."""
    plain = asdict(wish)
    plain["intents"] = [str(intent) for intent in wish.intents]
    plain["service_ids"] = list(wish.service_ids)
    plain["prefers"] = list(wish.prefers)
    plain["when"] = _when_to_json(wish.when)
    return plain


def from_json(plain: Mapping[str, Any]) -> Wish:
    """The wish that `to_json` wrote; ValueError on anything else."""
    try:
        fields = dict(plain)
        fields["intents"] = tuple(Intent(name) for name in fields.get("intents", ()))
        for name in ("service_ids", "prefers"):
            fields[name] = tuple(fields.get(name, ()))
        fields["when"] = _when_from_json(fields.get("when") or {})
        return Wish(**fields)
    except TypeError as error:
        raise ValueError(f"no wish: {plain!r:.200}") from error


def _when_to_json(when: When) -> dict[str, Any]:
    plain = {
        key: value.isoformat() if isinstance(value, date | time) else value
        for key, value in asdict(when).items()
    }
    plain["problem"] = str(when.problem) if when.problem else None
    plain["choices"] = [choice.isoformat() for choice in when.choices]
    plain["spans"] = [list(span) for span in when.spans]
    return plain


def _when_from_json(plain: Mapping[str, Any]) -> When:
    fields = dict(plain)
    for key in ("date", "date_to"):
        fields[key] = date.fromisoformat(fields[key]) if fields.get(key) else None
    for key in ("time", "after", "before"):
        fields[key] = time.fromisoformat(fields[key]) if fields.get(key) else None
    fields["problem"] = Problem(fields["problem"]) if fields.get("problem") else None
    fields["choices"] = tuple(_day_or_time(text) for text in fields.get("choices", ()))
    fields["spans"] = tuple((start, end) for start, end in fields.get("spans", ()))
    return When(**fields)


def _day_or_time(text: str) -> date | time:
    return time.fromisoformat(text) if ":" in text else date.fromisoformat(text)
