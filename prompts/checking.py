"""Everything that can be wrong in a folder of prompts, with the file and the line."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from jirani.rules.dials import VERTICALS
from prompts.document import Finding
from prompts.pages import Page, read_dials, read_instructions
from prompts.texts import Text, read_text

READERS: dict[str, Callable[[str, str], tuple[Text | Page | None, list[Finding]]]] = {
    "texts": read_text,
    "instructions": read_instructions,
    "dials": read_dials,
}
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz_")


class Problem(NamedTuple):
    """Something a product person should mend; lines count from 1."""

    file: Path
    line: int
    message: str


def files(folder: Path) -> list[Path]:
    """List the files that make up a folder of prompts."""
    return [file for kind in READERS for file in sorted((folder / kind).glob("*.md"))]


def check(folder: Path) -> list[Problem]:
    """Find every problem, ordered by file and line."""
    problems = [
        Problem(file, line, message)
        for file in files(folder)
        for line, message in sorted(_findings(file))
    ]
    dials = folder / "dials"
    missing = [vertical for vertical in VERTICALS if not (dials / f"{vertical}.md").is_file()]
    if dials.is_dir():
        problems += [
            Problem(dials / f"{vertical}.md", 1, f"the vertical {vertical!r} has no dial defaults")
            for vertical in missing
        ]
    return problems


def _findings(file: Path) -> list[Finding]:
    try:
        value, found = READERS[file.parent.name](file.stem, file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        return [Finding(1, f"the file cannot be read: {error}")]
    if not _NAME.issuperset(file.stem):
        found = [*found, Finding(1, f"the name {file.stem!r} may have only a-z and _")]
    return found if value is None else [*found, *value.too_long()]
