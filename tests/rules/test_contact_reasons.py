"""Each fact of U4 prevents an offer by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jirani.rules.contact import Prevention, prevention
from jirani.rules.decision import Reason
from jirani.rules.facts import ContactPolicy

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ({"opted_out": True}, Reason.OPTED_OUT),
        ({"accepted": True}, Reason.ACCEPTED_BEFORE),
        ({"declined": True}, Reason.DECLINED_BEFORE),
        ({"declined_all": True}, Reason.DECLINED_BEFORE),
        ({"deferred_until": NOW + timedelta(hours=1)}, Reason.DEFERRED),
        ({"offered": True}, Reason.ALREADY_OFFERED),
        ({"person_handling": True}, Reason.PERSON_HANDLING),
    ],
)
def test_one_reason_is_enough(fact: dict[str, Any], reason: Reason) -> None:
    decision = prevention(Prevention(**fact), NOW, ContactPolicy(), proactive=True)
    assert (decision.allowed, decision.reason) == (False, reason)
