"""Phrase lists as text files, and how they become patterns."""

import re
from importlib.resources import files

from agent.words import word_set


def phrases(file: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The sections of a list in order, each as one pattern over plain words."""
    parts: dict[str, str] = {}
    sections: list[tuple[str, list[str]]] = []
    for raw in files(__package__).joinpath(file).read_text("utf-8").splitlines():
        line = re.sub(r"\{([a-z]+)\}", lambda match: parts[match[1]], raw.strip())
        if not line or line.startswith("#"):
            continue
        if line.startswith("@"):
            name, _, parts[line[1:].split(" ")[0]] = line.partition(" ")
        elif line.startswith("["):
            sections.append((line.strip("[]"), []))
        else:
            sections[-1][1].append(f"(?:{line})")
    return tuple(
        (name, re.compile(f"(?<= )(?:{'|'.join(lines)})(?= )")) for name, lines in sections
    )


def words(file: str) -> dict[str, frozenset[str]]:
    """The sections of a plain word list."""
    text = files(__package__).joinpath(file).read_text("utf-8")
    found = re.findall(r"(?ms)^\[(\w+)\]\n(.*?)(?=^\[|\Z)", text)
    return {name: word_set(block) for name, block in found}
