"""What docs/pms.md says of Lodgify's options is what they are."""

import re

from jirani.connectors.lodgify.connector import LODGIFY
from tests.support.tree import ROOT

PAGE = (ROOT / "docs" / "pms.md").read_text("utf-8")


def test_the_page_for_hosts_has_every_option_with_its_default() -> None:
    section = PAGE.split("### Lodgify's options\n")[1].split("\n## ")[0]
    told = dict(re.findall(r"^\| `(\w+)` \| (\S+) \|", section, re.MULTILINE))
    assert told == {option.name: option.default for option in LODGIFY.options}


def test_the_page_says_what_lodgify_cannot() -> None:
    has = LODGIFY.capabilities
    assert (has.fees, has.extends, has.tasks) == (False, False, False)
    rows = {row.split(" | ")[0].strip("| "): row for row in PAGE.splitlines() if row[:1] == "|"}
    for feature in ("A fee on the reservation", "More nights: dates changed"):
        assert rows[feature].split(" | ")[3].startswith("**no**")
    assert rows["A task for what was sold"].split(" | ")[3].startswith("no")
