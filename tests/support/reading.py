"""A page read the way a browser reads it, as far as tests want to know."""

from html.parser import HTMLParser


class Read(HTMLParser):
    """A page as it was read: its elements, what is open now, and the text."""

    void = ("br", "input", "meta")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.text.append(data)

    def all(self, name: str) -> list[str]:
        return [each[name] or "" for _, each in self.elements if name in each]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())
