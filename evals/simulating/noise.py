"""What hands do to a sentence: typos, lost capitals and full stops, abbreviations, emoji."""

import re
from collections.abc import Collection
from random import Random

from evals.simulating.words import phrases, vocabulary

KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SHORTEST = 4  # letters: a shorter word with a typo can be any word


def neighbours(letter: str) -> str:
    """Return the letters beside one on the keyboard."""
    found = ""
    for number, row in enumerate(KEYBOARD):
        at = row.find(letter)
        if at >= 0:
            near = [(number, at - 1), (number, at + 1), (number - 1, at), (number + 1, at - 1)]
            found += "".join(
                KEYBOARD[r][c] for r, c in near if 0 <= r < 3 and 0 <= c < len(KEYBOARD[r])
            )
    return found


def careless(random: Random, text: str, typos: float, kept: Collection[str]) -> str:
    """Write a sentence as it is typed; nothing of `kept` (names, numbers) is touched."""
    text = _shortened(random, text, typos, kept)
    text = re.sub(r"[^\W\d_]+", lambda found: _typed(random, found, text, typos, kept), text)
    if random.random() < 0.2 + typos:
        text = text.lower()
    if random.random() < 0.4 + typos:
        text = text.rstrip(".?! ")
    if random.random() < 0.08:
        text += random.choice(["!", "...", "!!", " ?", ".."])
    if random.random() < 0.08:
        text = f"{text} {random.choice(phrases()['emoji'])}"
    return text


def _shortened(random: Random, text: str, typos: float, kept: Collection[str]) -> str:
    for long, shorts in phrases()["short"].items():
        if random.random() < typos and not any(long in each.casefold() for each in kept):
            text = re.sub(rf"\b{long}\b", random.choice(shorts), text, flags=re.IGNORECASE)
    return text


def _typed(
    random: Random, found: re.Match[str], text: str, typos: float, kept: Collection[str]
) -> str:
    word = found.group()
    if len(word) < SHORTEST or random.random() >= typos / 2:
        return word
    if any(word.casefold() in each.casefold() for each in kept):
        return word
    wrong = mistyped(random, word)
    return word if wrong.casefold() in vocabulary() else wrong


def mistyped(random: Random, word: str) -> str:
    """Make one typo in a word, never in its first letter."""
    at = random.randrange(1, len(word))
    match random.choice(["beside", "lost", "twice", "swapped"]):
        case "beside":
            near = neighbours(word[at].lower()) or word[at]
            return word[:at] + random.choice(near) + word[at + 1 :]
        case "lost":
            return word[:at] + word[at + 1 :]
        case "twice":
            return word[: at + 1] + word[at:]
        case _:
            return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at > 1 else word
