"""HTML from plain text: everything is escaped unless it was made here."""

import re
from html import escape

# Controls, half a surrogate pair, and marks that turn the direction of what follows.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_VOID = frozenset({"br", "input", "meta"})
LONG, HEAD = 700, 300  # characters: what is longer is folded behind its first ones


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def html(text: str) -> Html:
    """Escape text; what cannot be seen, or turns the text around, is written as its number."""
    if isinstance(text, Html):
        return text
    return Html(_INVISIBLE.sub(lambda found: f"[U+{ord(found[0]):04X}]", escape(text)))


def tag(name: str, /, *inside: str, **attributes: str | bool) -> Html:
    """Write an element; `class_` stands for `class`, `data_x` for `data-x`, False for none."""
    written = "".join(
        f" {key.strip('_').replace('_', '-')}" + ("" if value is True else f'="{html(value)}"')
        for key, value in attributes.items()
        if value is not False
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{''.join(map(html, inside))}</{name}>")


def together(*parts: str) -> Html:
    """Put parts one after another."""
    return Html("".join(map(html, parts)))


def link(place: str, *inside: str) -> Html:
    """Link to a place of this page."""
    return tag("a", *inside, href=f"#{place}")


def quiet(text: str) -> Html:
    """Write what matters less."""
    return tag("span", text, class_="quiet")


def saying(text: str) -> Html:
    """Write what somebody said, whatever it is: in its own direction, folded if it is long."""
    if not text.strip():
        return tag("p", tag("em", "an empty message"))
    if len(text) <= LONG:
        return tag("p", text, dir="auto", class_="said")
    summary = tag("summary", f"… and {len(text) - HEAD:,} more letters")
    rest = tag("p", text[HEAD:], dir="auto", class_="said")
    return together(
        tag("p", text[:HEAD], dir="auto", class_="said"),
        tag("details", summary, rest, class_="rest"),
    )
