"""Mutants that mean the same as what they stand for: a short list, each with its reason."""

import tomllib
from collections.abc import Collection
from pathlib import Path

FILE = Path(__file__).with_name("equivalent.toml")


class Stale(Exception):
    """The list names mutants that there are not."""


def equivalents(known: Collection[str], file: Path = FILE) -> dict[str, str]:
    """Return the reasons by mutant key.

    Raises:
        Stale: a key is none of those known; its guard has changed, and must be thought of again.
    """
    listed = {
        key: why for why, keys in tomllib.loads(file.read_text("utf-8")).items() for key in keys
    }
    gone = sorted(listed.keys() - set(known))
    if gone:
        told = "\n".join(f"  {key}" for key in gone)
        raise Stale(f"{file.name} names mutants that there are not any more:\n{told}")
    return listed
