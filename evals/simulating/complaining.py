"""What is wrong with a persona, in words that say what to do about it."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from evals.complaints import FORMATS, Complaint, given_twice, misfits, odd_rules
from evals.reading import Text
from evals.simulating.words import questions

SCENARIO = "scenario.json"  # a persona's world is a scenario's


def complaints(text: Text) -> Iterator[Complaint]:
    """Hold a persona against the schema and against what a schema cannot say."""
    yield from given_twice(text)
    errors = list(misfits(text, _validator()))
    yield from errors
    if errors:
        return
    yield from odd_rules(text)
    for place in ("facts", "companion"):
        yield from _beyond_the_schema(text, place)


def _beyond_the_schema(text: Text, place: str) -> Iterator[Complaint]:
    after = text.data.get(place, {}).get("afterwards", {})
    line = text.line_of([place, "afterwards"])
    if after.get("do") == "move" and not {"day", "time"} & after.keys():
        yield Complaint(line, f"{place}.afterwards: say where to move it: add a day or a time.")
    if after.get("do") == "ask" and after.get("question") not in questions():
        known = ", ".join(questions())
        yield Complaint(line, f"{place}.afterwards: question is one of {known}; correct it.")


@cache
def _validator() -> Draft202012Validator:
    scenario: Resource[Any] = Resource.from_contents(_read(SCENARIO))
    registry: Registry[Any] = Registry().with_resource(SCENARIO, scenario)
    return Draft202012Validator(_read("persona.json"), format_checker=FORMATS, registry=registry)


def _read(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(files("evals").joinpath("schema", name).read_text("utf-8"))
    return schema
