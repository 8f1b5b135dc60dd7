"""Messages are HTML in Lodgify, and plain text here."""

import html
import re

# One pass over the text, whatever it is: nobody can keep a machine busy with a message.
_TAG = re.compile(r"<(?:!|(/?)([a-zA-Z][a-zA-Z0-9]*)\b)[^<>]*>")
_BREAKS = frozenset(("br", "p", "div", "li", "tr", "ul", "ol", "h1", "h2", "h3", "h4", "table"))
_UNSEEN = frozenset(("script", "style", "head", "title"))
_BLANKS, _LINES = re.compile(r"[^\S\n]+"), re.compile(r"\s*\n\s*")


def plain(told: str) -> str:
    """Return what a reader would see; what only looks like markup ("5 < 6", "<3") stays."""
    seen: list[str] = []
    at, hidden, small = 0, "", told.lower()
    for tag in _TAG.finditer(told):
        closes, name = tag[1], (tag[2] or "").lower()
        if hidden:
            if not (closes and name == hidden):
                continue
            hidden = ""
        else:
            seen.append(told[at : tag.start()])
            seen.append("\n" if name in _BREAKS else "")
            if name in _UNSEEN and not closes and small.find(f"</{name}", tag.end()) >= 0:
                hidden = name
        at = tag.end()
    if not hidden:
        seen.append(told[at:])
    text = html.unescape("".join(seen)).replace("\x00", "")
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()
