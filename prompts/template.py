"""Words with named placeholders in braces; a doubled brace stands for itself."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}\n]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Template:
    """One section's words, as written."""

    source: str

    def placeholders(self) -> Iterator[tuple[str, int]]:
        """Give each placeholder's name and the line of the source it is on, counted from 0."""
        for token in _TOKEN.finditer(self.source):
            if token["name"] is not None:
                yield token["name"], self._line(token.start())

    def lone_braces(self) -> Iterator[tuple[str, int]]:
        """Give each brace that is neither doubled nor part of a placeholder, and its line."""
        for token in _TOKEN.finditer(self.source):
            if len(token[0]) == 1:
                yield token[0], self._line(token.start())

    def render(self, values: Mapping[str, str]) -> str:
        """Put the values in, in one pass: braces inside a value stay what they are.

        Raises KeyError for a placeholder without a value.
        """
        return _TOKEN.sub(
            lambda token: token[0][0] if token["name"] is None else values[token["name"]],
            self.source,
        )

    def _line(self, offset: int) -> int:
        return self.source.count("\n", 0, offset)
