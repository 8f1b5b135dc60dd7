"""What is wrong with a scenario, in words that say what to do about it."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple, cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from rapidfuzz import process

from evals.reading import Text
from evals.rules import RULES


class Complaint(NamedTuple):
    """Something wrong in one file; lines count from 1."""

    line: int
    message: str


# What only one kind of world has.
OF_STAYS = ("pms", "sells", "settings", "knowledge")
OF_SALONS = ("payment", "days", "busy", "gateway", "recovery", "listening")
FORMATS = FormatChecker(("regex",))
_KINDS = {
    "string": "text",
    "object": "names with values below it",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


@FORMATS.checks("calendar", ValueError)
def _is_in_the_calendar(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


def complaints(text: Text) -> Iterator[Complaint]:
    """Hold a scenario against the schema and against what a schema cannot say."""
    yield from given_twice(text)
    errors = list(misfits(text, _validator()))
    yield from errors
    if not errors:
        yield from odd_rules(text)
        yield from _beyond_the_schema(text)


def given_twice(text: Text) -> Iterator[Complaint]:
    """Tell of keys written twice in one place."""
    for line, key in text.given_twice():
        yield Complaint(line, f"{key!r} is given twice in one place: keep one of them.")


def misfits(text: Text, validator: Draft202012Validator) -> Iterator[Complaint]:
    """Tell what does not fit a schema."""
    for error in validator.iter_errors(text.data):
        yield Complaint(text.line_of(_blamed(error)), f"{_where(error)}{_said(error)}")


def odd_rules(text: Text) -> Iterator[Complaint]:
    """Tell which rules of `covers` do not exist."""
    for number, rule in enumerate(text.data["covers"]):
        if rule not in RULES:
            line = text.line_of(["covers", number])
            yield Complaint(line, f"covers: there is no rule {rule!r}; {_nearest(rule, RULES)}")


def _beyond_the_schema(text: Text) -> Iterator[Complaint]:
    kinds, elsewhere = _step_kinds(), _kinds_of_another_world(text)
    for number, step in enumerate(text.data["turns"]):
        line = text.line_of(["turns", number])
        found = [kind for kind in kinds if kind in step]
        if len(found) != 1:
            has = f"has {' and '.join(found)}" if found else "has none of them"
            known = ", ".join(each for each in kinds if each not in elsewhere)
            yield Complaint(line, f"turns[{number}]: a step is one of {known}; this one {has}.")
    yield from _elsewhere(text)
    yield from _steps_nobody_plays(text)
    for path, taken in _taken(text.data):
        if ("service" in taken) == ("end" in taken):
            where = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in path)[1:]
            yield Complaint(text.line_of(path), f"{where}: give either service or end.")


def _elsewhere(text: Text) -> Iterator[Complaint]:
    """Tell of what can happen, or be, in another kind of world only."""
    about = text.data.get("world", {})
    stays = about.get("base") == "stays"
    there = "without" if stays else "in a world with"
    for number, step in enumerate(text.data["turns"]):
        for kind in _kinds_of_another_world(text):
            if kind in step:
                line = text.line_of(["turns", number, kind])
                where = f"turns[{number}]: {kind} happens"
                yield Complaint(line, f"{where} {there} `base: stays` only.")
    for name in OF_SALONS if stays else OF_STAYS:
        if name in about:
            line = text.line_of(["world", name])
            yield Complaint(line, f"world.{name}: it is known {there} `base: stays` only.")
    if "over" in text.data and not stays:
        line = text.line_of(["over"])
        yield Complaint(line, "over: it is known in a world with `base: stays` only.")


def _steps_nobody_plays(text: Text) -> Iterator[Complaint]:
    """Tell of what is expected over some system of steps that there are not."""
    last = len(text.data["turns"])
    for pms, but in text.data.get("over", {}).items():
        for number in but.get("turns", {}):
            if int(number) > last:
                line = text.line_of(["over", pms, "turns", number])
                yield Complaint(line, f"over.{pms}.turns: there is no step {number}, only {last}.")


def _kinds_of_another_world(text: Text) -> list[str]:
    stays = text.data.get("world", {}).get("base") == "stays"
    kinds: list[str] = _schema()["$defs"]["step"]["x-of-salons" if stays else "x-of-stays"]
    return kinds


def _taken(data: dict[str, Any]) -> Iterator[tuple[list[object], dict[str, Any]]]:
    for number, taken in enumerate(data.get("world", {}).get("busy", [])):
        yield ["world", "busy", number], taken
    for number, step in enumerate(data["turns"]):
        if "other_takes" in step:
            yield ["turns", number, "other_takes"], step["other_takes"]


def _where(error: ValidationError) -> str:
    """Write a place as people would: `turns[2].expect.offers[0]: `."""
    path = "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path
    )
    return f"{path.removeprefix('.')}: " if path else ""


def _blamed(error: ValidationError) -> list[object]:
    """Point at the odd key itself where the validator points at the mapping around it."""
    path: list[object] = list(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        return [*path, str(error.instance)]
    return path + _odd_keys(error)[:1] if error.validator == "additionalProperties" else path


def _said(error: ValidationError) -> str:
    schema, wanted = _schema_of(error), cast(Any, error.validator_value)
    match error.validator:
        case "additionalProperties":
            return " ".join(
                f"there is no {key!r} here; {_nearest(key, schema['properties'])}"
                for key in _odd_keys(error)
            )
        case "required":
            return f"{error.message.split(' is a ')[0]} is missing; add it."
        case "enum":
            named = [each for each in wanted if isinstance(each, str)]
            return f"{error.instance!r} is not known here; write one of {', '.join(named)}."
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            hint = " in quotes" if "string" in kinds else ""
            meant = " or ".join(_KINDS.get(kind, "null") for kind in kinds)
            return f"{error.instance!r} does not fit; write {meant}{hint}."
        case "pattern":
            example = schema.get("x-example", wanted)
            return f"{error.instance!r} does not fit; write it like {example}."
        case "format":
            kind = "pattern that can be matched" if wanted == "regex" else "date in the calendar"
            return f"{error.instance!r} is no {kind}; correct it."
        case "minItems" | "minLength" | "minProperties":
            return f"there is not enough in it; write at least {wanted}."
        case "anyOf":
            return "`as` and `key` belong to a guest's message or button; move them there."
        case "const":
            return f"{error.instance!r} does not fit; write {json.dumps(wanted)} or leave it out."
        case _:
            return f"{error.message}; correct it."


def _odd_keys(error: ValidationError) -> list[object]:
    known = _schema_of(error).get("properties", {})
    return [key for key in cast(dict[str, Any], error.instance) if key not in known]


def _schema_of(error: ValidationError) -> dict[str, Any]:
    return error.schema if isinstance(error.schema, dict) else {}


def _nearest(word: object, known: Iterable[str]) -> str:
    names = list(known)
    found = process.extractOne(str(word), names, score_cutoff=60)
    return f"did you mean {found[0]!r}?" if found else f"write one of {', '.join(names)}."


def _step_kinds() -> list[str]:
    kinds: list[str] = _schema()["$defs"]["step"]["x-one-of"]
    return kinds


@cache
def _schema() -> dict[str, Any]:
    source = files("evals").joinpath("schema", "scenario.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(source)
    return schema


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(_schema(), format_checker=FORMATS)
