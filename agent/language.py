"""Which of our two languages a message is in, by its small words."""

from agent.phrases import word_lists

_SWAHILI = word_lists("words.txt")["swahili"]
_ENGLISH = word_lists("words.txt")["english"]


def language_of(words: str) -> str | None:
    """`en`, `sw`, or None where nothing tells ("ok", a thumb, a number). Takes plain words."""
    said = words.split()
    swahili = sum(word in _SWAHILI for word in said)
    english = sum(word in _ENGLISH for word in said)
    if swahili == english:
        # A mixed message is a Swahili speaker's: hardly anybody else uses Swahili words.
        return "sw" if swahili else None
    return "sw" if swahili > english else "en"
