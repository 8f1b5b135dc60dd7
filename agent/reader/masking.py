"""What a message is about, hidden: how people agree or refuse is the same in every trade."""

import re

from agent.phrases import word_set

NUMBERS = word_set(
    """
    two three four five six seven eight nine ten eleven twelve
    mbili tatu nne tano sita saba nane tisa kumi
    """
)
_DAYS = word_set(
    """
    monday tuesday wednesday thursday friday saturday sunday today tomorrow tonight am pm
    january february march april june july august september october november december
    jumatatu jumanne jumatano alhamisi ijumaa jumamosi jumapili kesho leo
    """
)
NUMBER, DAY, OURS, UNKNOWN = "#", "@", "=", "_"
LONGEST = 60  # words of a message that are weighed
_MARKS = re.compile(r"[,.!?;]")


def masked_clauses(
    words: str, said: frozenset[str], known: frozenset[str]
) -> tuple[tuple[str, ...], ...]:
    """Return the clauses of plain words, each with its mark, in words every trade knows.

    Numbers, days, words of ours and words that are not `known` become one sign each.
    """
    clauses: list[list[str]] = [[]]
    for each in words.split()[:LONGEST]:
        if each == ",":
            clauses[-1].append(each)
        elif _MARKS.fullmatch(each):
            if clauses[-1]:
                clauses[-1].append(each)
                clauses.append([])
        else:
            clauses[-1].append(_mask(each, said, known))
    return tuple(tuple(clause) for clause in clauses if clause)


def says_anything(words: str, known: frozenset[str]) -> bool:
    """Tell whether half of the words are of every trade: else there is nothing to weigh."""
    said = [word for word in words.split()[:LONGEST] if word.isalpha()]
    return bool(said) and sum(word in known for word in said) * 2 >= len(said)


def without_marks(clause: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a clause alone."""
    return tuple(word for word in clause if not _MARKS.fullmatch(word))


def _mask(word: str, said: frozenset[str], known: frozenset[str]) -> str:
    if word[0].isdigit() or word in NUMBERS:
        return NUMBER
    if word in _DAYS:
        return DAY
    if word in known:
        return word
    return OURS if word in said else UNKNOWN
