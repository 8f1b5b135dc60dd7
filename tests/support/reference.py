"""The pages made from the settings: `python -m tests.support.reference` writes them anew."""

import re

from app.commands.settings import example_file, markdown
from tests.support.tree import ROOT

EXAMPLE = ROOT / ".env.example"
PAGE = ROOT / "docs" / "configuration.md"
AGAIN = "run `.venv/bin/python -m tests.support.reference`"
_TABLE = re.compile(r"(?m)^\| setting \| default \| (?:.*\n)(?:\|.*\n)+")


def page() -> str:
    """Return docs/configuration.md with the table as the settings have it now."""
    return _TABLE.sub(lambda _: markdown(), PAGE.read_text("utf-8"), count=1)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    EXAMPLE.write_text(example_file(), "utf-8")
