"""The two other kinds of file: a model's instructions, and a vertical's dial defaults."""

from dataclasses import dataclass
from typing import Any

from jirani.rules.dials import VERTICALS
from prompts.document import Finding, UnreadableError, parse, violations


@dataclass(frozen=True, slots=True)
class Page:
    """A front matter that keeps its schema, and the words below it."""

    front: dict[str, Any]
    body: str
    body_line: int

    def too_long(self) -> list[Finding]:
        """Hold the body against the front matter's limit, where it sets one."""
        size, limit = len(self.body), self.front.get("limit")
        if limit is None or size <= limit:
            return []
        return [Finding(self.body_line, f"{size} characters, but the limit is {limit}")]


def read_instructions(name: str, source: str) -> tuple[Page | None, list[Finding]]:
    """Read what a model is told; braces mean nothing here, no data is ever put in."""
    return _read("instructions", source)


def read_dials(name: str, source: str) -> tuple[Page | None, list[Finding]]:
    """Read the defaults of one vertical, and why they are what they are."""
    page, found = _read("dials", source)
    if name not in VERTICALS:
        found.append(Finding(1, f"there is no vertical {name!r}; there are {', '.join(VERTICALS)}"))
    return (None if found else page), found


def _read(kind: str, source: str) -> tuple[Page | None, list[Finding]]:
    try:
        document = parse(source)
    except UnreadableError as error:
        return None, [error.finding]
    found = list(violations(document, kind))
    body = document.body.strip()
    if not body:
        found.append(Finding(document.body_line, "there are no words below the front matter"))
    page = None if found else Page(document.front, body, document.body_line)
    return page, found
