"""A guest's message as plain words: one spelling each, our own quoted text left out."""

import re
import unicodedata
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from agent.phrases import spellings, word_set

LONGEST = 1500  # characters read of a message; nobody books in more

YES_SIGN, NO_SIGN, HANDS = "\U0001f44d", "\U0001f44e", "\U0001f64f"

_SIGNS = str.maketrans(
    dict.fromkeys(
        "\U0001f44d\U0001f44c\u2705\u2714\u2611\U0001f4af\U0001f197\U0001f91d", " \U0001f44d "
    )
    | dict.fromkeys("\U0001f44e\u274c\U0001f6ab\U0001f645\u2716", " \U0001f44e ")
    | {HANDS: f" {HANDS} "}
    | dict.fromkeys("\u2753\u2754", " ? ")
    | dict.fromkeys("\u2019\u2018\u02bc\u00b4`", "'")
    | dict.fromkeys("\u2013\u2014", " , ")
    | dict.fromkeys("\ufe0f\u20e3\u200d\u200b")
)
_TOKEN = re.compile(
    rf"(?:gr8|l8r)(?!\w)|\d{{1,2}}[:.]\d\d(?!\d)|\d+(?:,\d{{3}})+|\d+|[^\W\d_]+(?:'[^\W\d_]+)*"
    rf"|[?.!,;]|[{YES_SIGN}{NO_SIGN}{HANDS}]"
)
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")

_NEGATED = {
    f"{verb}{ending}": f"{verb} not"
    for verb in [
        "is",
        "are",
        "was",
        "were",
        "do",
        "does",
        "did",
        "has",
        "have",
        "had",
        "would",
        "could",
        "should",
        "need",
        "must",
    ]
    for ending in ("nt", "n't")
}
_ENDINGS = {"'ll": " will", "'re": " are", "'ve": " have", "'d": " would"}
_SPELLINGS = _NEGATED | spellings("spellings.txt")
_FREQUENT = (
    *("confirm", "cancel", "please", "definitely", "absolutely", "perfect", "unsubscribe", "great"),
    *("thanks", "hapana", "endelea", "reschedule", "interested", "appointment", "certainly"),
    *("someone", "somebody", "mhudumu", "msimamizi", "binadamu"),
)
_NOT_TYPOS = word_set(
    """
    greet treat pleased canceled perfectly chanel panel
    """
)


def plain_words(text: str, last_said: str = "") -> str:
    """The words and sentence marks of `text`, one space around each, also at both ends.

    Lines that quote (">") or repeat `last_said` are left out; at most 1,500 characters are read.
    """
    own = " ".join(last_said.split()).casefold()
    kept = [line for line in text[:LONGEST].splitlines() if not _is_quote(line, own)]
    joined = unicodedata.normalize("NFKC", " . ".join(kept).translate(_SIGNS)).casefold()
    squeezed = _DRAWN_OUT.sub(r"\1", joined)
    if own and len(own) > 20:
        squeezed = squeezed.replace(own, " ")
    return f" {' '.join(_spelled(token) for token in _TOKEN.findall(squeezed))} "


def unquoted(text: str) -> str:
    """Leave out lines marked as a quote (">"); a message that is nothing else stays as it is."""
    lines = text.splitlines()
    own = [line for line in lines if not line.lstrip().startswith(">")]
    return "\n".join(own) if own and len(own) < len(lines) else text


def _is_quote(line: str, own: str) -> bool:
    said = " ".join(line.split()).casefold()
    return said.startswith(">") or (len(said) > 20 and said in own) or (said != "" and said == own)


@lru_cache(maxsize=4096)
def _spelled(word: str) -> str:
    known = _SPELLINGS.get(word)
    if known is not None:
        return known
    for ending, full in _ENDINGS.items():
        if word.endswith(ending):
            return word.removesuffix(ending) + full
    if not 5 <= len(word) <= 13 or word in _NOT_TYPOS:
        return word
    slips = 1 if len(word) < 9 else 2
    near = process.extractOne(word, _FREQUENT, scorer=OSA.distance, score_cutoff=slips)
    return near[0] if near and near[0][0] == word[0] and near[0][-1] != "d" else word
