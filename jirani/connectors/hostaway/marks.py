"""Our keys, written where Hostaway keeps them and a host may read them: `upsell fee:01J…`."""

import re

_MARK = re.compile(r"\bupsell (\S{1,200})")


def marked(key: str) -> str:
    """Return the words that hold a key."""
    return f"upsell {key}"


def key_in(told: object) -> str | None:
    """Return the key that somebody's text holds; None: it holds none of ours."""
    found = _MARK.search(told) if isinstance(told, str) else None
    return found[1] if found else None
