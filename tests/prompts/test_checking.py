from pathlib import Path

import pytest
from click.testing import CliRunner

from prompts.checking import check
from prompts.cli import prompts as command
from prompts.library import own_folder

GOOD = """---
description: Says what it costs.
placeholders:
  service:
    example: manicure
  price:
    example: KES 1,200
limit: 60
channels:
  sms: 50
---

## en

The price of {service} is {price}.

## sw

Bei ya {service}
ni {price}.
"""
SWAHILI = GOOD[GOOD.index("## sw") :]


def found_in(tmp_path: Path, words: str | bytes, path: str = "texts/price.md") -> list[str]:
    """Write one file and check its folder: what is found, as "line: message"."""
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_bytes(words.encode() if isinstance(words, str) else words)
    problems = check(tmp_path)
    assert {problem.file for problem in problems} <= {file}
    return [f"{problem.line}: {problem.message}" for problem in problems]


def test_the_shipped_words_have_no_problems() -> None:
    assert check(own_folder()) == []


def test_a_good_file_has_no_problems(tmp_path: Path) -> None:
    assert found_in(tmp_path, GOOD) == []
    assert found_in(tmp_path / "crlf", GOOD.replace("\n", "\r\n")) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("ni {price}", "ni {price} {cost}", "20: unknown placeholder {cost}"),
        ("ni {price}", "ni {Price} {price}", "20: unknown placeholder {Price}"),
        ("ni {price}", "ni {price} {", "20: a single '{'"),
        ("limit: 60", "  day:\n    example: Friday\nlimit: 60", "8: placeholder {day} is declared"),
        ("ni {price}", "ni sawa", "17: section 'sw' does not use {price}, but 'en' does"),
        (SWAHILI, "", "12: there is no section '## sw'"),
        ("## sw", "## en", "17: section 'en' is given twice, first on line 13"),
        ("## sw", "## sw.funny", "17: unknown section 'sw.funny'"),
        (SWAHILI, "## sw\n", "17: section 'sw' is empty"),
        ("## en", "Hello\n\n## en", "13: words before the first section"),
        ("limit: 60", "limit: 34", "13: the example of section 'en' has 35 characters; at most 34"),
        ("sms: 50", "sms: 28", "17: the example of section 'sw' has 29 characters; at most 28"),
        ("limit: 60", "limit: many", "8: limit: 'many' is not of type 'integer'"),
        ("limit: 60", "limits: 60", "8: Additional properties are not allowed"),
        ("  sms: 50", "  fax: 50", "10: channels: Additional properties are not allowed"),
        ("example: KES 1,200", "sample: KES", "6: placeholders.price: 'example' is a required"),
        ("example: KES 1,200", "example: 12", "7: placeholders.price.example: 12 is not of type"),
        ("description: Says what it costs.", "# nothing", "2: 'description' is a required"),
        ("  price:", "  Price:", "6: placeholders: 'Price' does not match"),
        ("limit: 60", "limit: 60\nlimit: 70", "9: 'limit' is given twice"),
        ("limit: 60", "limit: [60", "9: unreadable YAML"),
        ("limit: 60", "limit: 2026-13-45", "8: unreadable YAML"),
        ("---\n\n## en", "\n\n## en", "1: the front matter is not closed"),
        ("---\ndescription", "description", "1: the file must begin with front matter"),
    ],
)
def test_a_problem_is_found_on_its_line(
    tmp_path: Path, before: str, after: str, expected: str
) -> None:
    assert before in GOOD
    found = found_in(tmp_path, GOOD.replace(before, after, 1))
    assert any(problem.startswith(expected) for problem in found), found


def test_a_value_that_needs_quotes_is_said_to(tmp_path: Path) -> None:
    found = found_in(tmp_path, GOOD.replace("KES 1,200", "14:45"))
    assert any(problem.startswith("7: ") and "put it in quotes" in problem for problem in found)


def test_a_text_is_named_in_small_letters(tmp_path: Path) -> None:
    found = found_in(tmp_path, GOOD, "texts/Price-2.md")
    assert found == ["1: the name 'Price-2' may have only a-z and _"]


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    assert found_in(tmp_path, b"\xff\xfe")[0].startswith("1: the file cannot be read")


def test_instructions_over_their_limit_are_found(tmp_path: Path) -> None:
    words = "---\ndescription: Told first.\nlimit: 3\n---\n\nBe brief.\n"
    found = found_in(tmp_path, words, "instructions/guest.md")
    assert found == ["5: 9 characters, but the limit is 3"]


def test_dials_have_known_values_a_known_vertical_and_a_reason(tmp_path: Path) -> None:
    (tmp_path / "dials").mkdir()
    (tmp_path / "dials" / "bakery.md").write_text("---\ntone: gruff\n---\n", "utf-8")
    found = [f"{p.file.name}:{p.line}: {p.message}" for p in check(tmp_path)]
    assert any(one.startswith("bakery.md:1: there is no vertical 'bakery'") for one in found)
    assert any(one.startswith("bakery.md:2: tone: 'gruff' is not one of") for one in found)
    assert any(one.startswith("bakery.md:4: there are no words") for one in found)
    assert "salon.md:1: the vertical 'salon' has no dial defaults" in found


def test_the_command_names_file_and_line_and_fails(tmp_path: Path) -> None:
    found_in(tmp_path, GOOD.replace("ni {price}", "ni {cost} {price}"))
    result = CliRunner().invoke(command, ["check", "--folder", str(tmp_path)])
    assert result.exit_code == 1
    assert f"{tmp_path / 'texts' / 'price.md'}:20: unknown placeholder {{cost}}" in result.output


def test_the_command_counts_good_files(tmp_path: Path) -> None:
    found_in(tmp_path, GOOD)
    result = CliRunner().invoke(command, ["check", "--folder", str(tmp_path)])
    assert (result.exit_code, result.output) == (0, "1 files, no problems\n")


def test_a_folder_without_prompts_is_not_called_good(tmp_path: Path) -> None:
    assert CliRunner().invoke(command, ["check", "--folder", str(tmp_path)]).exit_code == 1


def test_show_renders_every_language_and_tone_with_the_business_named() -> None:
    result = CliRunner().invoke(command, ["show", "greeting", "--business", "Nyota"])
    assert result.exit_code == 0
    for key in ("en", "en.playful", "en.professional", "sw", "sw.playful", "sw.professional"):
        assert f"[{key}]" in result.output
    assert result.output.count("Nyota") == 12


def test_show_renders_one_language_in_one_tone() -> None:
    result = CliRunner().invoke(command, ["show", "unclear", "--language", "sw", "--tone", "warm"])
    assert "Samahani" in result.output
    assert "[en" not in result.output


def test_show_lists_the_texts_and_names_an_unknown_one() -> None:
    assert "cross_sell_offer" in CliRunner().invoke(command, ["show"]).output
    result = CliRunner().invoke(command, ["show", "nope"])
    assert result.exit_code == 1
    assert "there is no text called 'nope'" in result.output
