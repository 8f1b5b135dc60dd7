"""docs/slot-recovery.md leaves out no setting and no text, and its scores are those of the rule."""

from datetime import UTC, datetime, timedelta

from jirani.rules.recovery.score import Outcome, Past, score
from jirani.rules.recovery.settings import SETTINGS
from prompts.recovery_settings import RECOVERY_SETTINGS
from tests.support.reference import AGAIN, SLOT_RECOVERY, slot_recovery
from tests.support.tree import ROOT

PAGE = SLOT_RECOVERY.read_text("utf-8")
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
PAID, VOID = Outcome.SETTLED, Outcome.VOIDED
RECENT: dict[str, list[Outcome]] = {
    "no history": [],
    "3 paid visits this month": [PAID] * 3,
    "1 unpaid booking this month": [VOID],
    "2 paid, 1 unpaid, 1 cancelled in time and 1 late, all this month": [
        *(PAID, PAID, VOID, Outcome.REFUNDED, Outcome.LATE_CANCEL)
    ],
}


def test_its_tables_are_made_from_the_settings_and_the_texts() -> None:
    assert slot_recovery() == PAGE, AGAIN
    assert SETTINGS.keys() == RECOVERY_SETTINGS.keys()
    for name in SETTINGS:
        assert f"| `{name}` |" in PAGE


def test_its_examples_of_scores_are_the_rule_s_r7() -> None:
    histories = {
        label: [Past(each, NOW - timedelta(days=5)) for each in outcomes]
        for label, outcomes in RECENT.items()
    }
    histories["1 visit paid 30 days ago, 1 paid 31 and 1 paid 180 days ago"] = [
        Past(PAID, NOW - timedelta(days=days)) for days in (30, 31, 180)
    ]
    for label, past in histories.items():
        found = score(past, NOW)
        assert f"| {label} | {found.points} | {found.tier} |" in PAGE


def test_newcomers_find_it() -> None:
    for page in ("README.md", "docs/architecture.md"):
        assert "slot-recovery.md" in (ROOT / page).read_text("utf-8")
