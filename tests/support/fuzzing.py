"""What comes from outside at its worst, and how often it is tried."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import process_time
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Thing = TypeVar("Thing")
FEW, MANY = 60, 4000
LONG, MEGA = 20_000, 1_000_000
LONGEST = 5.0  # seconds of computing that nothing from outside may cost, however long it is

# What has broken parsers before: each of these is put in anywhere.
ODD = (
    *("\0", "\ud800", "\udfff", "\u202e", "\u200b", "\ufeff", "\u2028", "\x85", "\r", "\n", "\t"),
    *(
        "\u0660",
        "\u00b2",
        "\u0130",
        "\u017f",
        "\u1e9e",
        "\ufdfa",
        "\U0001f44d\U0001f3ff",
        "e\u0301",
    ),
    *("9" * 5000, "-0", "1e999", "NaN", "0x", "٣", "½", "9999-12-31", "0000-00-00", "24:60"),
    *(
        "{",
        "}",
        "[",
        "]",
        "&a",
        "*a",
        "!!python/name:os.system",
        "%",
        "\\",
        "'",
        '"',
        ":",
        "|",
        "--",
    ),
    *("<", ">", "..", "/", ";", ",", "=", "#", "null", "true", "$", "(" * 50, "a" * 2000),
)


def giants(size: int) -> list[str]:
    """Return long texts, so many characters each, that a machine can be kept busy with."""
    units = (*'a0 \n,"[{(|:-\u00e9\0', "saa na 24 nusu ", "a,", "1 ", "a\n", "- ", "a: ", "{a: ")
    return [(unit * size)[:size] for unit in (*units, "a b ", "12:30 - ", "KES 1,500 yes no. ")]


@dataclass(frozen=True, slots=True)
class Parser:
    """Something that reads from outside: what it may raise, and what it is meant to read."""

    name: str
    read: Callable[[str], object]
    errors: tuple[type[Exception], ...] = ()
    samples: tuple[str, ...] = ("",)

    def __call__(self, text: str) -> None:
        """Read a text: into a value, or with an error that is documented."""
        with suppress(*self.errors):
            self.read(text)

    def is_soon_done(self, size: int) -> None:
        """Read long texts: none of them may keep a machine busy."""
        for giant in self.huge(size):
            with soon():
                self(giant)

    def huge(self, size: int) -> Iterator[str]:
        """Return texts of such a length, good ones over and over among them."""
        yield from giants(size)
        for sample in self.samples:
            yield (sample * (size // max(len(sample), 1) + 1))[:size]

    def worst(self) -> st.SearchStrategy[str]:
        """Return texts of all kinds, and what is left of good ones after some damage."""
        return st.one_of(ANYTHING, spoilt(self.samples), spoilt(self.samples))


def _some_characters() -> st.SearchStrategy[str]:
    return st.characters(exclude_categories=())  # surrogates and unassigned ones too


ANYTHING = st.one_of(
    st.text(_some_characters(), max_size=200),
    st.lists(st.sampled_from(ODD) | st.text(max_size=6), max_size=20).map("".join),
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(_some_characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def spoilt(samples: Sequence[str]) -> st.SearchStrategy[str]:
    """Damage good texts in up to four places: cut out, put in, put twice."""
    damage = st.tuples(
        st.floats(0, 1), st.integers(0, 12), st.sampled_from(ODD) | st.text(_some_characters())
    )
    return st.builds(_spoilt, st.sampled_from(samples), st.lists(damage, min_size=1, max_size=4))


def spoilt_bytes(samples: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Damage good bytes in the same ways."""
    damage = st.tuples(st.floats(0, 1), st.integers(0, 60), st.binary(max_size=40))
    return st.binary(max_size=400) | st.builds(
        _spoilt, st.sampled_from(samples), st.lists(damage, min_size=1, max_size=4)
    )


def _spoilt(sample: Any, damage: list[tuple[float, int, Any]]) -> Any:
    for where, length, put_in in damage:
        start = int(where * len(sample))
        sample = sample[:start] + put_in + sample[start + length :]
    return sample


def bombard(check: Callable[[Thing], None], worst: st.SearchStrategy[Thing], examples: int) -> None:
    """Check so many things; the few of every run are always the same ones."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=examples == FEW,
        suppress_health_check=list(HealthCheck),
    )
    @given(worst)
    def checked(thing: Thing) -> None:
        check(thing)

    checked()


def examples(many: int = MANY) -> pytest.MarkDecorator:
    """Try a few in every run, and many as a proof."""
    return pytest.mark.parametrize("examples", [FEW, pytest.param(many, marks=pytest.mark.proof)])


def sizes() -> pytest.MarkDecorator:
    """Try something long in every run, and a megabyte as a proof."""
    return pytest.mark.parametrize("size", [LONG, pytest.param(MEGA, marks=pytest.mark.proof)])


@contextmanager
def soon() -> Iterator[None]:
    """Fail if a block computes for long: other programs' time does not count."""
    began = process_time()
    yield
    assert process_time() - began < LONGEST


def parsers(*these: Parser) -> pytest.MarkDecorator:
    """Run a test for each of some parsers."""
    return pytest.mark.parametrize("parser", these, ids=[each.name for each in these])
