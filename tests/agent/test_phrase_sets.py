"""Our own phrase sets are read as they say, every line of them."""

import pytest

from agent.reader import TrainedReader
from jirani.rules.reading import DECLINES, Meaning
from tests.support.phrase_sets import FOLDER, Line, lines_of

READER = TrainedReader()
SETS = {"opt_out": 300, "refusals": 150, "swahili": 300, "shapes": 200}  # and how long they are
KEYWORDS = (
    *("STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT"),
    *("OPT-OUT", "REVOKE", "START", "UNSTOP"),
)
NO = "No native speaker", "NO NATIVE SPEAKER"


def test_every_file_of_phrases_is_a_known_set() -> None:
    assert {each.stem for each in FOLDER.glob("*.txt")} == set(SETS)


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_long_enough_and_says_that_its_swahili_is_unchecked(name: str) -> None:
    lines = list(lines_of(name))
    assert len(lines) >= SETS[name]
    front = (FOLDER / f"{name}.txt").read_text("utf-8")[:1500]
    assert any(each in front for each in NO)
    seen = [(each.where.split("(")[1], each.text) for each in lines]
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("name", SETS)
def test_every_line_of_a_set_is_read_as_it_says(name: str) -> None:
    wrong = [each.wrong(each.read(READER)) for each in lines_of(name)]
    assert [each for each in wrong if each] == []


def refused() -> list[Line]:
    return [each for name in SETS for each in lines_of(name) if _refuses(each)]


def _refuses(line: Line) -> bool:
    return not line.negated and line.meanings <= DECLINES


def test_no_refusal_of_any_set_is_an_acceptance_however_it_is_typed() -> None:
    shapes = (str.upper, str.lower, str.title, "{}!!!".format, "  {}  ".format, "{} 🙏".format)
    sold = [
        (line.where, shape(line.text))
        for line in refused()
        for shape in shapes
        if READER.read(
            shape(line.text), live=line.context.live, last_said=line.context.said
        ).meaning
        is Meaning.ACCEPT
    ]
    assert sold == []


@pytest.mark.parametrize("keyword", KEYWORDS)
@pytest.mark.parametrize("shape", ["{}", "{}.", "{}!", " {} ", "{}!!", "“{}”", "{} 🙏"])
def test_carriers_keywords_are_known_alone_in_any_case(keyword: str, shape: str) -> None:
    wanted = Meaning.OPT_IN if keyword in ("START", "UNSTOP") else Meaning.OPT_OUT
    for text in (keyword, keyword.lower(), keyword.capitalize()):
        assert READER.read(shape.format(text)).meaning is wanted
