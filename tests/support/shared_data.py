"""The public data beside the repository, which is no part of it: skipped and counted without."""

import os
from pathlib import Path

from tests.support.needs import missing

SETTING = "JIRANI_SHARED_DATA"  # a folder elsewhere
_BESIDE = Path(__file__).parents[3] / "shared" / "data"


def shared_file(name: str) -> Path:
    """The path of one of the files described in SOURCES.md there."""
    folder = Path(os.environ.get(SETTING) or _BESIDE)
    file = folder / name
    if not file.exists():
        missing("shared", f"{name} in ../shared/data, or in the folder that {SETTING} names")
    return file
