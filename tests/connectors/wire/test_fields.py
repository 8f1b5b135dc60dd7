"""What is not there is None, and what is wrong is named: nothing breaks on somebody else's JSON."""

from typing import Any

import pytest

from jirani.connectors.wire import fields
from jirani.connectors.wire.fields import Malformed


@pytest.mark.parametrize("half", ["\ud800", "a\udfffb", "a\x00b"])
def test_half_a_character_is_no_id_and_is_replaced_in_a_text(half: str) -> None:
    with pytest.raises(Malformed, match="id is no word"):
        fields.word(half, "id")
    found = fields.text(half, "body")
    assert found is None or found.encode()


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "soon"])
def test_a_moment_beyond_all_calendars_is_none(at: Any) -> None:
    with pytest.raises(Malformed):
        fields.moment(at, "createdAt")
