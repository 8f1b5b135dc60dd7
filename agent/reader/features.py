"""What the trained reader weighs: which words stand where, which cues, and what was asked.

Each feature is a name; a message has it or not. Names of one kind share a first part: `f` is a
run of words at the beginning, `a` something together with what we had asked.
"""

from collections.abc import Iterator, Sequence

from agent.mentions import days_in, times_in
from agent.reader.asked import asked_by
from agent.reader.heard import Heard
from agent.reader.masking import NUMBERS, OURS, UNKNOWN, masked_clauses, without_marks
from jirani.rules.reading import Meaning

_NEGATIONS = frozenset({"no", "not", "never", "without", "hapana", "sitaki", "sihitaji", "sio"})


def features(heard: Heard, meaning: Meaning, known: frozenset[str]) -> frozenset[str]:
    """Return what there is to weigh in a message that the rules read as `meaning`."""
    said = frozenset(heard.said.split())
    clauses = masked_clauses(heard.words, said, known)
    plain = tuple(word for clause in clauses for word in without_marks(clause))
    return frozenset(
        (
            "bias",
            *_words(clauses, plain),
            *_negated(clauses),
            *_shape(heard, clauses, plain, said),
            *_cues(heard, meaning),
            *_asked(heard, meaning, plain, len(clauses)),
        )
    )


def _words(clauses: Sequence[tuple[str, ...]], plain: tuple[str, ...]) -> Iterator[str]:
    yield from _runs("w", tuple(word for clause in clauses for word in clause), 3)
    yield from _runs("p", plain, 3)
    if clauses:
        yield from _runs("f", without_marks(clauses[0]), 3)
    if len(clauses) > 1:
        yield from _runs("l", without_marks(clauses[-1]), 2)
    for n in range(1, 5):
        yield f"h{n}:{' '.join(plain[:n])}"
    for one, other in zip(plain, plain[2:], strict=False):
        yield f"g:{one} {other}"


def _runs(name: str, words: tuple[str, ...], longest: int) -> Iterator[str]:
    for n in range(1, longest + 1):
        for start in range(len(words) - n + 1):
            yield f"{name}{n}:{' '.join(words[start : start + n])}"


def _negated(clauses: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """What a negation reaches: the words behind it, to the end of its clause."""
    for clause in clauses:
        at = next((i for i, word in enumerate(clause) if word in _NEGATIONS), None)
        if at is not None:
            yield f"not@{min(at, 4)}"
            yield from (f"not:{word}" for word in clause[at + 1 : at + 6])


def _shape(
    heard: Heard,
    clauses: Sequence[tuple[str, ...]],
    plain: tuple[str, ...],
    said: frozenset[str],
) -> Iterator[str]:
    asks, count = "?" in heard.words, len(plain)
    last = without_marks(clauses[-1])[:1] if clauses else ()
    own = [word for word in heard.words.split() if word.isalpha() and len(word) > 3]
    shared = sum(word in said for word in own) * 3 // len(own) if own else -1
    yield f"q:{asks}{bool(clauses) and '?' in clauses[0]}"
    yield f"ql:{asks}{' '.join(last)}"
    yield f"n:{count if count < 12 else 12 + count // 8}"
    yield f"k:{min(len(clauses), 4)}"
    yield f"o:{shared}"
    yield f"u:{min(plain.count(UNKNOWN), 3)}{min(plain.count(OURS), 3)}"


def _cues(heard: Heard, meaning: Meaning) -> Iterator[str]:
    cues = [str(cue) for cue, _ in heard.cues]
    yield from (f"c:{cue}" for cue in cues)
    yield f"c1:{_first(cues, 1)}"
    yield f"c2:{_first(cues, 2)}"
    yield f"cz:{cues[-1] if cues else '-'}"
    yield f"r:{meaning}"


def _asked(heard: Heard, meaning: Meaning, plain: tuple[str, ...], clauses: int) -> Iterator[str]:
    cues = [str(cue) for cue, _ in heard.cues]
    mention = _mentions(heard)
    yield f"m:{mention}"
    yield f"m:{mention}&r:{meaning}"
    for asked in sorted(asked_by(heard.said)):
        yield f"a:{asked}"
        yield f"a:{asked}&r:{meaning}"
        yield f"a:{asked}&k:{min(clauses, 3)}&r:{meaning}"
        yield f"a:{asked}&c1:{_first(cues, 1)}"
        yield f"a:{asked}&c2:{_first(cues, 2)}"
        yield f"a:{asked}&h1:{' '.join(plain[:1])}"
        yield f"a:{asked}&h2:{' '.join(plain[:2])}"
        yield f"a:{asked}&m:{mention}"
        yield f"a:{asked}&q:{'?' in heard.words}"
        yield from (f"a:{asked}&c:{cue}" for cue in cues)
        yield from (f"a:{asked}&w:{word}" for word in plain)


def _first(cues: Sequence[str], count: int) -> str:
    return ">".join(cues[:count]) or "-"


def _mentions(heard: Heard) -> str:
    """Whether the message names times, days or numbers, and whether they are ours."""
    parts = (
        ("t", times_in(heard.words), times_in(heard.said)),
        ("d", days_in(heard.words), days_in(heard.said)),
        ("n", _numbers_in(heard.words), _numbers_in(heard.said)),
    )
    named = (name + ("=" if mine <= ours else "!") for name, mine, ours in parts if mine)
    return "".join(named) or "-"


def _numbers_in(words: str) -> frozenset[str]:
    return frozenset(word for word in words.split() if word[0].isdigit() or word in NUMBERS)
