"""Lists of words and phrases as text files, and what is read from them."""

import re
from importlib.resources import files

from agent.phrases.listed import PhraseList


def phrases(file: str) -> tuple[tuple[str, PhraseList], ...]:
    """The sections of a list in order, each as its phrases over plain words."""
    return tuple((name, PhraseList(lines)) for name, lines in sections(file))


def sections(file: str) -> list[tuple[str, list[str]]]:
    """The sections of a list in order, each with its lines; {parts} are put in."""
    parts: dict[str, str] = {}
    found: list[tuple[str, list[str]]] = []
    for raw in files(__package__).joinpath(file).read_text("utf-8").splitlines():
        if not raw or raw.startswith("#"):
            continue
        line = re.sub(r"\{([a-z]+)\}", lambda match: parts[match[1]], raw)
        if line.startswith("@"):
            name, _, part = line[1:].partition(" ")
            parts[name] = part
        elif line.startswith("["):
            found.append((line.strip("[]"), []))
        else:
            found[-1][1].append(line)
    return found


def word_set(text: str) -> frozenset[str]:
    """The words of a list that is kept as running text."""
    return frozenset(text.split())


def word_lists(file: str) -> dict[str, frozenset[str]]:
    """The sections of a plain word list."""
    text = files(__package__).joinpath(file).read_text("utf-8")
    return {name: word_set(block) for name, block in _SECTION.findall(text)}


def spellings(file: str) -> dict[str, str]:
    """Lines of "meaning: spelling spelling", as spelling to meaning."""
    lines = files(__package__).joinpath(file).read_text("utf-8").splitlines()
    pairs = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {spelling: meant for meant, _, others in pairs for spelling in others.split()}


_SECTION = re.compile(r"(?ms)^\[(\w+)\]\n(.*?)(?=^\[|\Z)")
