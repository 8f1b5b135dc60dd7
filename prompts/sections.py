"""The body of a text: one section per language, and per tone where the words differ."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jirani.rules.dials import CHOICES
from prompts.document import Document, Finding
from prompts.template import Template

LANGUAGES = ("en", "sw")
FALLBACK_LANGUAGE = LANGUAGES[0]
PLAIN_TONE = "warm"
TONES = CHOICES["tone"]
KEYS = tuple(
    f"{language}.{tone}" if tone != PLAIN_TONE else language
    for language in LANGUAGES
    for tone in TONES
)

_HEADING = re.compile(r"^##(?!#)\s*(.*?)\s*$")


@dataclass(frozen=True, slots=True)
class Section:
    """One section's words, and the lines of its heading and of its first word."""

    heading_line: int
    first_line: int
    template: Template


def nearest(language: str) -> str:
    """Choose the language to speak for a tag such as "sw-KE": English where we have no words."""
    base = language.replace("_", "-").split("-")[0].lower()
    return base if base in LANGUAGES else FALLBACK_LANGUAGE


def cut(document: Document) -> tuple[dict[str, Section], list[Finding]]:
    """Cut the body at its headings, keyed `en`, `en.playful` and so on."""
    lines = document.body.split("\n")
    headings = [(n, match[1]) for n, line in enumerate(lines) if (match := _HEADING.match(line))]
    starts = [n for n, _ in headings] + [len(lines)]
    sections: dict[str, Section] = {}
    found: list[Finding] = []

    stray = next((n for n in range(starts[0]) if lines[n].strip()), None)
    if stray is not None:
        found.append(Finding(document.body_line + stray, "words before the first section"))
    for (start, key), end in zip(headings, starts[1:], strict=True):
        line = document.body_line + start
        first = next((n for n in range(start + 1, end) if lines[n].strip()), None)
        if key not in KEYS:
            found.append(Finding(line, f"unknown section {key!r}; there are {', '.join(KEYS)}"))
        elif key in sections:
            before = sections[key].heading_line
            found.append(Finding(line, f"section {key!r} is given twice, first on line {before}"))
        elif first is None:
            found.append(Finding(line, f"section {key!r} is empty"))
        else:
            words = Template("\n".join(lines[first:end]).rstrip())
            sections[key] = Section(line, document.body_line + first, words)
    for language in LANGUAGES:
        if language not in (key for _, key in headings):
            found.append(Finding(document.body_line, f"there is no section '## {language}'"))
    return sections, found


def compare(
    sections: Mapping[str, Section], declared: Collection[str], document: Document
) -> Iterator[Finding]:
    """Every section must use every declared placeholder, and no other.

    So no language and no tone can leave out a fact that another one states.
    """
    used_by = {
        key: {name for name, _ in section.template.placeholders()}
        for key, section in sections.items()
    }
    for key, section in sections.items():
        for brace, line in section.template.lone_braces():
            message = f"a single {brace!r}: write it twice to show one, or close the placeholder"
            yield Finding(section.first_line + line, message)
        for name, line in section.template.placeholders():
            if name not in declared:
                message = f"unknown placeholder {{{name}}}: it is not declared in the front matter"
                yield Finding(section.first_line + line, message)
        for name in declared:
            user = next((other for other, names in used_by.items() if name in names), None)
            if user and name not in used_by[key]:
                message = f"section {key!r} does not use {{{name}}}, but {user!r} does"
                yield Finding(section.heading_line, message)
    for name in declared if sections else ():
        if not any(name in names for names in used_by.values()):
            line = document.line_of(["placeholders", name])
            yield Finding(line, f"placeholder {{{name}}} is declared but not used")
