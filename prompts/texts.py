"""A text a guest can get: what it says, and which values it needs to say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prompts.document import Finding, UnreadableError, parse, violations
from prompts.sections import FALLBACK_LANGUAGE, LANGUAGES, Section, compare, cut, nearest

DEFAULT_LIMIT = 640


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A value the code supplies, ready for people to read, with examples by language."""

    description: str
    examples: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Text:
    """One file of `texts/`; limits count characters, keys are `en`, `en.playful` and so on."""

    name: str
    description: str
    placeholders: Mapping[str, Placeholder]
    limit: int
    channels: Mapping[str, int]
    sections: Mapping[str, Section]

    def section(self, language: str, tone: str) -> Section:
        """Find the nearest words: in this tone or else plain, English where unknown."""
        base = nearest(language)
        return self.sections.get(f"{base}.{tone}") or self.sections[base]

    def examples(self, language: str) -> dict[str, str]:
        """Give an example for every placeholder, in this language where there is one."""
        return {
            name: placeholder.examples.get(language, placeholder.examples[FALLBACK_LANGUAGE])
            for name, placeholder in self.placeholders.items()
        }

    def too_long(self) -> list[Finding]:
        """Find the sections whose example is over the limit, or over a channel's own limit."""
        found = []
        for key, section in self.sections.items():
            size = len(section.template.render(self.examples(key.split(".")[0])))
            limits = {"": self.limit, **{f" by {name}": n for name, n in self.channels.items()}}
            found += [
                Finding(
                    section.heading_line,
                    f"the example of section {key!r} has {size} characters; "
                    f"at most {limit} can be sent{how}",
                )
                for how, limit in limits.items()
                if size > limit
            ]
        return found


def read_text(name: str, source: str) -> tuple[Text | None, list[Finding]]:
    """Read one file: there is a Text only when nothing was found that breaks it."""
    try:
        document = parse(source)
    except UnreadableError as error:
        return None, [error.finding]
    front: dict[str, Any] = document.front if isinstance(document.front, dict) else {}
    declared = front.get("placeholders")
    sections, found = cut(document)
    found += violations(document, "text")
    found += compare(sections, declared if isinstance(declared, dict) else (), document)
    if found:
        return None, found
    placeholders = {key: _placeholder(value) for key, value in (declared or {}).items()}
    channels: dict[str, int] = front.get("channels", {})
    limit: int = front.get("limit", DEFAULT_LIMIT)
    return Text(name, front["description"], placeholders, limit, channels, sections), []


def _placeholder(entry: dict[str, str]) -> Placeholder:
    own = {language: entry[language] for language in LANGUAGES if language in entry}
    return Placeholder(entry.get("description", ""), {FALLBACK_LANGUAGE: entry["example"], **own})
