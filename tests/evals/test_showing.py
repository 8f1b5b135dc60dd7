import re
from decimal import Decimal
from pathlib import Path

import pytest

from evals import stored
from evals.ground import Ground
from evals.playing import play
from evals.results import Attempt, Result
from evals.scenario import load
from evals.showing.changes import changes
from evals.showing.page import page
from jirani.rules.decision import Reason
from prompts.reasons import REASONS
from tests.evals.conftest import Write
from tests.support.reading import Read
from tests.support.told import booked, called, decided, result, says, seen, written

BOOKING = """\
title: A manicure is booked
covers: [O1, §3]
tags: [booking]
language: en
turns:
  - guest: manicure tomorrow at 2
  - guest: "yes"
    expect:
      appointments: [{service: Manicure, start: 2026-11-22T15:00, status: cancelled}]
      tools: {refused: {start_payment: charge_open}}
      reply: {contains: [lipstick]}
"""


@pytest.fixture
def failed(tmp_path: Path) -> Result:
    steps = [
        says("manicure tomorrow at 2", "Shall I book it?", calls=[called("find_slots", day="x")]),
        says(
            "yes",
            "All set!",
            calls=[called("confirm_proposal"), called("apply_upsell", False, "slot_taken")],
            events=["turn.finished", "reply.unbacked"],
            seen=seen(appointments=[booked()], decisions=[decided("may_confirm")]),
        ),
    ]
    return result(written(tmp_path, BOOKING), steps)


def test_it_says_what_was_expected_and_found_and_links_to_the_step(failed: Result) -> None:
    read = Read(page([failed], seconds=2.0))
    assert "✗ 1 failed ✓ 0 passed of 1 scenario, in 2.0 s" in read.words
    assert "Appointments step 2 (guest: yes)" in read.words
    assert (
        "Manicure with Amina, Sun 22 Nov 14:00\N{EN DASH}14:45: start should be Sun 22 Nov 15:00, "
        "and is Sun 22 Nov 14:00; status should be cancelled, and is confirmed." in read.words
    )
    assert "“start payment” should have been refused: the guest is already being" in read.words
    assert "It was not called." in read.words
    assert "'lipstick' should be in it; the guest read “All set!”" in read.words
    assert "#a-scenario-1-2" in read.all("href")


def test_every_link_leads_somewhere_and_no_place_is_named_twice(failed: Result) -> None:
    read = Read(page([failed, failed]))
    ids = read.all("id")
    assert len(ids) == len(set(ids))
    assert {each.removeprefix("#") for each in read.all("href")} <= set(ids)


def test_what_differs_is_marked_beside_what_was_found(failed: Result) -> None:
    text = page([failed])
    rows = re.findall(r'<tr class="differs">(.*?)</tr>', text)
    assert [re.sub("<[^>]+>", "|", row) for row in rows] == [
        "|start||Sun 22 Nov 15:00||Sun 22 Nov 14:00 |≠||",
        "|status||cancelled||confirmed |≠||",
    ]


def test_calls_decisions_and_the_log_are_under_their_step(failed: Result) -> None:
    words = Read(page([failed])).words
    assert "Step 2 2 tool calls, 1 refused, 1 decision, 1 row changed" in words
    assert "Apply upsell ✗ refused : the slot is taken" in words
    assert "May confirm ✗ refused : the slot is taken acceptance, Sat 21 Nov 11:00:03" in words
    assert "seen: start Sun 22 Nov 14:00" in words
    assert "01KDVDNA00R84P57VFQVC2R1YF" not in words
    assert "! reply: unbacked" in words


def test_failed_ones_come_first_and_open_and_so_do_their_failing_steps(
    tmp_path: Path, failed: Result
) -> None:
    scenario = written(
        tmp_path,
        """\
        title: All is well
        covers: [X1]
        language: en
        turns: [{guest: hi}]
        """,
        "well",
    )
    text = page([result(scenario, [says("hi")]), failed])
    assert re.findall(r'id="([\w-]+)"( open)? data-passed', text) == [
        ("a-scenario", " open"),
        ("well", ""),
    ]
    opened = [name for name in re.findall(r'<li class="step failed" id="([\w-]+)"', text)]
    assert opened == ["a-scenario-1-2"]
    assert text.count('class="under" open') == 1


def test_rows_come_change_and_go() -> None:
    before = seen(
        appointments=[booked(), booked("Haircut", start="2026-11-25T09:00", staff="Grace")],
        holds=[{"staff": "Amina", "start": "2026-11-22T14:00", "end": "2026-11-22T14:45"}],
    )
    after = seen(
        appointments=[
            booked("Haircut", start="2026-11-25T09:00", staff="Grace"),
            booked(status="moved"),
            booked(start="2026-11-23T10:00", end="2026-11-23T10:45"),
        ]
    )
    after.money_taken = Decimal("1200.00")
    found = changes(before, after)
    assert [(each.table, bool(each.before), bool(each.after)) for each in found] == [
        ("appointments", True, True),
        ("appointments", False, True),
        ("holds", True, False),
        ("money", True, True),
    ]
    assert found[0].fields == {"status": ("confirmed", "moved")}
    assert found[3].fields == {"money_taken": (Decimal(0), Decimal("1200.00"))}


def test_a_guest_who_is_first_seen_changes_only_what_says_something(failed: Result) -> None:
    after = seen()
    after.contact["guest"] = {"name": None, "phone": None, "offers_stopped": False}
    after.conversation["guest"] = {"threads": 1, "with_person": False}
    assert [each.fields for each in changes(seen(), after)] == [{"threads": (None, 1)}]


def test_runs_that_look_the_same_are_shown_once_and_each_keeps_its_order(tmp_path: Path) -> None:
    scenario = written(
        tmp_path,
        """\
        title: Three runs
        covers: [O1]
        language: en
        turns: [{guest: first}, {guest: second, expect: {reply: {contains: [good]}}}]
        """,
    )
    good = [says("first", "one"), says("second", "good")]
    bad = [says("first", "two"), says("second", "odd")]
    text = page([result(scenario, good, bad, good)])
    words = Read(text).words
    assert "Each was played 3 times" in words
    assert "pass^3 is 0.000" in words
    assert "Runs 1, 3, all the same: ✓ passed (seeds 0, 2)" in words
    assert "Run 2: ✗ failed (seed 1)" in words
    said = re.findall(r'class="said">(\w+)</p>', text.replace(' dir="auto"', ""))
    assert [each for each in said if each in ("first", "one", "two", "second", "good", "odd")] == [
        *("first", "one", "second", "good"),
        *("first", "two", "second", "odd"),
    ]
    assert re.findall(r'<details class="run" name="a-scenario-runs"( open)?>', text) == [
        "",
        " open",
    ]


def test_what_broke_is_told_apart_and_what_came_after_was_not_played(tmp_path: Path) -> None:
    scenario = written(
        tmp_path,
        """\
        title: It breaks
        covers: [O1]
        language: en
        turns: [{guest: first}, {guest: second}, {time_passes: 5s}]
        """,
    )
    broke = "it broke with TypeError: no (act, line 3 of act.py)"
    words = Read(page([result(scenario, [says("first"), says("second")], broke=broke)])).words
    assert "It broke step 2 (guest: second) It stopped here with an error" in words
    assert broke in words
    assert "not played: time passes 5s" in words


def test_kept_runs_look_as_they_did(failed: Result, tmp_path: Path) -> None:
    stored.write(tmp_path / "kept.json", [failed])
    [kept] = stored.read(tmp_path / "kept.json").scenarios
    again = Result(failed.scenario, (Attempt.of(failed.scenario, kept.runs[0]),))
    assert page([again]) == page([failed])


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(Reason)


def test_no_results_are_a_page_too() -> None:
    assert "0 passed of 0 scenarios" in Read(page([])).words


@pytest.mark.anyio
async def test_a_scenario_broken_on_purpose_tells_what_really_happened(
    shared: Ground, write: Write
) -> None:
    file = write("""\
        title: Wrong on purpose
        covers: [§3]
        language: en
        turns:
          - guest: manicure with Amina tomorrow at 2pm
          - guest: "yes"
        expect:
          appointments: [{service: Manicure, start: 2026-11-22T15:00, status: confirmed}]
    """)
    scenario = load(file)
    made = Attempt.of(scenario, await play(shared, scenario, seed=0))
    words = Read(page([Result(scenario, (made,))])).words
    assert "start should be Sun 22 Nov 15:00, and is Sun 22 Nov 14:00." in words
    assert "Appointment changed Manicure with Amina, Sun 22 Nov 14:00\N{EN DASH}14:45" in words
    assert "status proposed → confirmed" in words
