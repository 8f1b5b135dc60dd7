"""Scenarios of any bytes: read, or complaints that say where and what to do."""

from contextlib import suppress
from pathlib import Path

import pytest

from evals.complaints import complaints
from evals.reading import UnreadableError, read
from evals.scenario import Unusable, load
from tests.support.fuzzing import Parser, bombard, examples, parsers, sizes, soon, spoilt_bytes
from tests.support.tree import ROOT

SCENARIOS = ROOT / "evals" / "scenarios"
GOOD = ("yes-twice", "manicure-then-pedicure", "three-offers-a-week")
BOMB = "a: &a [x, x, x]\n" + "".join(f"{n}: &n{n} [*a, *a, *a, *a]\n" for n in "bcdefgh")


def complain(source: str) -> None:
    """Read a scenario, and say everything that is wrong with it."""
    for line, message in complaints(read(source)):
        assert line >= 1
        assert message


PARSERS = parsers(
    Parser(
        "scenario",
        complain,
        (UnreadableError,),
        (*((SCENARIOS / f"{name}.yaml").read_text("utf-8") for name in GOOD), BOMB, "a: &a [*a]"),
    )
)


@PARSERS
@examples()
def test_any_scenario_is_read_or_complained_about(parser: Parser, examples: int) -> None:
    bombard(parser, parser.worst(), examples)


@PARSERS
@sizes()
def test_a_megabyte_is_read_soon(parser: Parser, size: int) -> None:
    parser.is_soon_done(size)


@pytest.mark.parametrize("source", [BOMB, "a: &a [*a]", "[" * 500, "a: " + "9" * 5000, "!!int x"])
def test_bombs_and_circles_are_unreadable(source: str) -> None:
    with soon(), pytest.raises(UnreadableError):
        read(source)


@examples(many=800)
def test_a_file_of_any_bytes_is_a_scenario_or_unusable(tmp_path: Path, examples: int) -> None:
    file = tmp_path / "scenario.yaml"

    def use(content: bytes) -> None:
        file.write_bytes(content)
        with suppress(Unusable):
            load(file)

    bombard(use, spoilt_bytes([(SCENARIOS / "yes-twice.yaml").read_bytes()]), examples)
