"""The files the shipped weights are trained on, and whether they are here."""

from hashlib import sha256
from pathlib import Path

from evals.replies.invented import invented, written
from evals.replies.rows import Row, read_rows

DATA = Path(__file__).parents[2].parent / "shared" / "data"
REPLIES, DEFERRALS = "replies_sgd_dev.jsonl.gz", "deferral_dev.jsonl.gz"
FILES = (REPLIES, DEFERRALS)


def every_row(folder: Path) -> list[Row]:
    """Return all rows to train on: the public ones in a folder, and those written here.

    Raises:
        UnusableRows: a file is missing or is not what it was.
    """
    return [*(row for name in FILES for row in read_rows(folder / name)), *invented()]


def fingerprints(folder: Path) -> dict[str, str]:
    """Return which files were trained on, each by its SHA-256."""
    found = {name: sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    return {**found, **own_fingerprint()}


def own_fingerprint() -> dict[str, str]:
    """Return the same of the file that is part of this repository."""
    return {"invented.txt": sha256(written().encode()).hexdigest()}
