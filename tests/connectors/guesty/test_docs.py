"""What docs/guesty.md says of the options is what they are."""

import re

from jirani.connectors.guesty.connector import GUESTY
from tests.support.tree import ROOT


def test_the_page_for_hosts_has_every_option_with_its_default_and_choices() -> None:
    page = (ROOT / "docs" / "guesty.md").read_text("utf-8").split("## Options")[1]
    rows = re.findall(r"^\| `(\w+)` \| (?:`(\S+)`)? ?\| (.+?) \|", page, re.MULTILINE)
    told = {
        name: (default, set(re.findall(r"`(\w+)`", choices))) for name, default, choices in rows
    }
    assert told == {
        each.name: (each.default, set(each.choices) - {each.default}) for each in GUESTY.options
    }
