"""Files of words, of any bytes: read, or what is wrong with them and on which line."""

from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import strategies as st
from structlog.testing import capture_logs

from prompts.library import PromptError, Prompts, own_folder
from prompts.pages import read_dials, read_instructions
from prompts.plain_yaml import load_plain
from prompts.template import Template
from prompts.texts import read_text
from tests.support.fuzzing import ANYTHING, Parser, bombard, examples, parsers, sizes, soon
from tests.support.fuzzing import spoilt_bytes as spoilt

TEXTS, OTHERS = own_folder() / "texts", own_folder()
BOMB = "a: &a [x, x, x]\n" + "".join(f"{n}: &n{n} [*a, *a, *a, *a]\n" for n in "bcdefgh")


def text(source: str) -> None:
    """Read a text, and say it with whatever it needs."""
    found, wrong = read_text("booked", source)
    assert (found is None) is bool(wrong)
    assert all(line >= 1 for line, _ in wrong)
    if found:
        found.section("sw", "playful").template.render(dict.fromkeys(found.placeholders, "{x}"))


def page(source: str) -> None:
    """Read instructions, and dials."""
    for found, wrong in (read_instructions("guest", source), read_dials("salon", source)):
        assert (found is None) is bool(wrong)


PARSERS = parsers(
    Parser("text", text, (), tuple((TEXTS / f"{n}.md").read_text() for n in ("booked", "answer"))),
    Parser(
        "page", page, (), ((OTHERS / "dials" / "salon.md").read_text(), "---\nlimit: 9\n---\nx")
    ),
    Parser(
        "yaml", load_plain, (yaml.YAMLError,), ("a: [1, {b: 2026-11-24}]\n", BOMB, "a: &a [*a]")
    ),
)


@PARSERS
@examples()
def test_any_file_is_read_or_its_faults_are_named(parser: Parser, examples: int) -> None:
    bombard(parser, parser.worst(), examples)


@PARSERS
@sizes()
def test_a_megabyte_is_read_soon(parser: Parser, size: int) -> None:
    for giant in parser.huge(size):
        for source in (giant, f"---\n{giant}\n---\n## en\nx", f"---\nabout: x\n---\n{giant}"):
            with soon():
                parser(source)


@pytest.mark.parametrize(
    "source",
    [
        *("a: &a [*a]", BOMB, "[" * 500, "!!int foo", "!!bool x", "!!timestamp foo"),
        *("!!timestamp 2026-99-99", "a: 2026-02-31", "!!float x", "&a a: *a", "\0", "a: \ud800"),
    ],
)
def test_bombs_circles_and_misfits_are_errors_of_yaml(source: str) -> None:
    with soon(), pytest.raises(yaml.YAMLError):
        load_plain(source)


@examples()
def test_what_is_put_into_a_template_comes_out_as_it_is(examples: int) -> None:
    def put_in(value: str) -> None:
        words = value.replace("{", "{{").replace("}", "}}")
        assert Template(f"{words}{{it}}").render({"it": value}) == value * 2

    bombard(put_in, ANYTHING, examples)


@examples(many=800)
def test_a_file_of_any_bytes_is_used_or_called_broken(tmp_path: Path, examples: int) -> None:
    good = (TEXTS / "booked.md").read_bytes()
    (tmp_path / "texts").mkdir()

    def use(content: bytes) -> None:
        (tmp_path / "texts" / "booked.md").write_bytes(content)
        with suppress(PromptError):
            Prompts(tmp_path).text("booked")

    with capture_logs():
        bombard(use, spoilt([good]) | st.just(good), examples)
