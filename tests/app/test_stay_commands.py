"""What a host types about listings, offers around stays, and what a PMS told."""

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from app.commands import backtest, guests, listings, running, why
from app.commands.learning import learned_as_json, trial_rows
from jirani.rules.facts import Group, Listing, OfferKind
from jirani.rules.stays.outcomes import Tried, learned
from jirani.services import Services
from tests.support.house import MONDAY
from tests.support.inn import LISTING, open_inn
from tests.support.onboarding import empty_database, services_over

Cli = Callable[..., Result]
LATE = OfferKind.LATE_CHECK_OUT
GROUPS: dict[str, click.Command] = {
    "backtest": backtest.command,
    "guests": guests.command,
    "listings": listings.command,
    "why": why.command,
}
BEACH = Listing("beach", "hostaway", "78", "Beach", "Europe/Lisbon", "EUR", None, None)
GOOD = """\
every:
  every: {turnover: 3.5}
  late_check_out: {active: no}
The Loft:
  early_check_in:
    price: 25.50
    wall: 09:00   # the earliest
  late_check_out:
    wall: 18:00
    price: 40
"""
BAD = """\
The Loft:
  early_check_in:
    price: -1
    send_at: 03:00
  sauna:
    price: 5
The Shed:
  late_check_out: {price: 5, price: 6}
every:
  early_check_in: {price: 20}
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    async def made() -> Path:
        file = await empty_database(tmp_path_factory.mktemp("template") / "inn.db")
        async with services_over(file, file) as services:
            inn = await open_inn(services.store)
            offer = inn.offer(OfferKind.EARLY_CHECK_IN, MONDAY + timedelta(days=4), id="the-offer")
            await inn.plans(offer)
            async with services.store.begin(inn.id) as work:
                await work.listings.put(BEACH)
                await work.pms_events.put("E1", "hostaway", "k1", {"id": 1}, MONDAY)
                await work.pms_events.park("E1", "The stay has no night.")
        return file

    return asyncio.run(made())


@pytest.fixture
def opened(template: Path, tmp_path: Path) -> Callable[[], AbstractAsyncContextManager[Services]]:
    return partial(services_over, template, tmp_path / "cli.db")


@pytest.fixture
def cli(opened: Any, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setattr(running, "opened", opened)

    def invoke(group: str, *arguments: str) -> Result:
        with capture_logs():
            result = CliRunner().invoke(GROUPS[group], arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        return result

    return invoke


def shown(cli: Cli, *arguments: str) -> Any:
    result = cli(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def in_force(cli: Cli, listing: str, kind: str) -> dict[str, tuple[Any, str]]:
    found = shown(cli, "listings", "show", listing, kind)
    return {each["name"]: (each["value"], each["source"]) for each in found}


def test_what_is_in_force_says_where_it_comes_from(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    result = cli("listings", "load", str(tmp_path / "good.yaml"))
    assert (result.exit_code, result.stdout) == (0, "6 added, 0 updated, 0 unchanged\n")
    again = cli("listings", "load", str(tmp_path / "good.yaml"))
    assert again.stdout == "0 added, 0 updated, 6 unchanged\n"
    early, late = (in_force(cli, "The Loft", f"{kind}_in") for kind in ("early_check",) * 2)
    assert early == late
    assert early["price"] == (2550, "this listing, this kind")
    assert early["wall"] == ("09:00", "this listing, this kind")
    assert early["turnover"] == (3.5, "every listing, every kind")
    assert early["window"] == (3, "default")
    assert in_force(cli, "77", "late_check_out")["wall"][0] == "18:00"
    assert in_force(cli, "beach", "late_check_out")["active"] == (False, "every listing, this kind")
    table = cli("listings", "show", "The Loft").stdout
    assert "early_check_in\tprice\tUSD 25.50\tthis listing, this kind\tits price" in table
    assert "early_check_in\twindow\t3 days\tdefault" in table


def test_a_file_with_nonsense_is_refused_whole_naming_every_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BAD)
    result = cli("listings", "load", str(tmp_path / "bad.yaml"))
    assert result.exit_code == 1
    assert "line 8: price stands twice in The Shed, late_check_out." in result.stderr
    (tmp_path / "bad.yaml").write_text(BAD.replace(", price: 6", ""))
    result = cli("listings", "load", str(tmp_path / "bad.yaml"))
    lines = result.stderr.splitlines()
    assert result.exit_code == 1
    assert lines[0].startswith("line 3, The Loft, early_check_in: price cannot be negative")
    assert lines[1].startswith("line 4, The Loft, early_check_in: send_at lies from 08:00")
    assert lines[2].startswith("line 6, The Loft, sauna: There is no kind 'sauna'; there are")
    assert lines[3] == (
        "line 8, The Shed, late_check_out: "
        "There is no listing 'The Shed'; there are: Beach (78), The Loft (77)."
    )
    assert lines[4].startswith("line 10, every, early_check_in: price is in no one currency")
    assert len(lines) == 5
    assert shown(cli, "listings", "history") == []
    for text in ("", "- a", "a: 3", "a: &b {}", "a: {b: {c: [1]}}", "{" * 99):
        (tmp_path / "bad.yaml").write_text(text)
        result = cli("listings", "load", str(tmp_path / "bad.yaml"))
        assert (result.exit_code, bool(result.stderr)) == (1, True), text


def test_one_setting_is_made_and_taken_back_and_both_are_remembered(cli: Cli) -> None:
    set_ = cli("listings", "set", "The Loft", "early_check_in", "price", "30")
    assert "price is 30." in set_.stdout
    assert in_force(cli, "The Loft", "early_check_in")["price"][0] == 3000
    reset = cli("listings", "reset", "The Loft", "early_check_in", "price")
    assert "is taken back" in reset.stdout
    assert "was not set" in cli("listings", "reset", "The Loft", "every", "turnover").stdout
    assert in_force(cli, "The Loft", "early_check_in")["price"] == (None, "default")
    history = cli("listings", "history").stdout.splitlines()
    assert [line.split("\t")[1:7] for line in history[1:]] == [
        ["The Loft", "early_check_in", "price", "set", "", "USD 30"],
        ["The Loft", "early_check_in", "price", "reset", "USD 30", ""],
    ]
    for wrong in (
        ("The Loft", "early_check_in", "wall", "nine"),
        ("The Loft", "early_check_in", "colour", "red"),
        ("The Loft", "mid_stay_cleaning", "wall", "09:00"),
        ("every", "every", "price", "9"),
    ):
        assert cli("listings", "set", *wrong).exit_code == 1


def test_what_a_listing_lacks_and_what_was_laid_aside_is_listed_and_tried_again(cli: Cli) -> None:
    assert "check-in time, check-out time" in cli("listings", "list").stdout
    parked = cli("listings", "parked").stdout
    assert "The stay has no night." in parked
    assert cli("listings", "retry", "E1").exit_code == 0
    assert shown(cli, "listings", "parked") == []
    again = cli("listings", "retry", "E1")
    assert (again.exit_code, again.stderr) == (
        1,
        "There is no news 'E1' laid aside; there is: nothing.\n",
    )


def test_what_the_pms_does_not_know_of_a_listing_can_be_told(cli: Cli) -> None:
    told = cli("listings", "describe", "Beach", "check_in", "16:00")
    assert (told.exit_code, told.stdout) == (0, "Beach: check_in is 16:00.\n")
    found = {each["name"]: each for each in shown(cli, "listings", "list")}
    assert (found["Beach"]["check_in"], found["Beach"]["lacks"]) == ("16:00:00", ["check-out time"])
    wrong = cli("listings", "describe", "Beach", "zone", "Lisbon")
    assert (wrong.exit_code, "no time zone 'Lisbon'" in wrong.stderr) == (1, True)
    assert cli("listings", "describe", "Beach", "name", "Shore").exit_code == 2
    assert cli("listings", "describe", "Shed", "check_in", "16:00").exit_code == 1


def test_an_offer_is_told_and_limits_are_tried(cli: Cli) -> None:
    told = cli("why", "the-offer").stdout
    assert "Early check-in" in told
    assert "It waits to be sent on " in told
    assert len(cli("why", "ref-1").stdout.split("\n\n")) == 6
    story = shown(cli, "why", "ref-1", "early_check_in")[0]
    assert (story["offer"]["id"], story["offer"]["status"]) == ("the-offer", "scheduled")
    nothing = cli("why", "nobody")
    assert nothing.exit_code == 1
    assert "ref-1" in nothing.stderr
    assert "0 decisions about 0 offers" in cli("backtest", "--set", "weekly_cap=2").stdout
    assert shown(cli, "backtest", "--since", "2026-01-01")["decisions"]["judged"] == 0
    assert cli("backtest", "--set", "cap=2").exit_code == 1
    assert LISTING.name in told


TRIED = [
    Tried(LATE, Group.LEARNING, 3000, time(9), "EUR", 40, 16, 48_000, 16 * 3000**2),
    Tried(LATE, Group.LEARNING, 4000, time(18), "EUR", 10, 1, 4_000, 4000**2),
    Tried(LATE, Group.HOLDOUT, 5000, time(9), "EUR", 20, 2, 10_000, 2 * 5000**2),
    Tried(OfferKind.PRE_STAY_NIGHT, Group.LEARNING, 20, None, "EUR", 3, 1, 9_000, 9000**2),
]


def test_a_host_lists_the_steps_that_may_be_tried(cli: Cli) -> None:
    for name, text in (("price_steps", "30, 40"), ("other_send_at", "18:00"), ("learn", "yes")):
        result = cli("listings", "set", "The Loft", str(LATE), name, text)
        assert result.exit_code == 0, result.stderr
    found = in_force(cli, "The Loft", str(LATE))
    assert found["price_steps"] == ([3000, 4000], "this listing, this kind")
    assert (found["learn"][0], found["holdout"][0]) == (True, 20)
    table = cli("listings", "show", "The Loft", str(LATE)).stdout
    assert "USD 30, USD 40" in table
    wrong = cli("listings", "set", "The Loft", str(LATE), "price_steps", "30")
    assert wrong.exit_code == 1
    assert "two to five different amounts" in wrong.stderr


def test_what_was_learned_is_told_with_how_sure_it_is(cli: Cli) -> None:
    nothing = cli("listings", "learned").stderr
    assert "Nothing is tried" in nothing
    assert shown(cli, "listings", "learned") == {"trials": [], "acceptance": []}
    rows = [" | ".join(map(str, row)) for row in trial_rows(learned(TRIED))]
    assert rows[0] == "late_check_out | tried with | 50 | 17 | 34.0% | EUR 10.40"
    assert rows[1] == "late_check_out | never tried with | 20 | 2 | 10.0% | EUR 5"
    assert "19 times of 20" in rows[2]
    assert "% to +" in rows[2]
    assert rows[3].startswith("late_check_out |   EUR 30 | 40 | 16 | 40% (")
    assert "  at 18:00 | 10 | 1 | 17% (" in rows[6]
    assert "not known yet" in rows[9]
    assert "  20 % off" in rows[10]
    as_json = learned_as_json(learned(TRIED), [])
    assert as_json["trials"][0]["steps"]["3000"] == {"accepted": 16, "ended": 40}


def test_a_guest_s_wish_is_entered_shown_and_taken_back(cli: Cli) -> None:
    ref = shown(cli, "guests", "show", "guest-1")
    assert ref == []
    assert "has no wishes" in cli("guests", "show", "guest-1").stderr
    said = cli("guests", "set", "guest-1", "never_nights", "--said", "no more nights")
    assert "never_nights is noted" in said.stdout
    cli("guests", "set", "guest-1", "loves_nights")
    [wish] = shown(cli, "guests", "show", "guest-1")
    assert (wish["name"], wish["source"], wish["said"]) == ("loves_nights", "host", "")
    assert "loves_nights\thost" in cli("guests", "show", "guest-1").stdout
    assert "is taken back" in cli("guests", "reset", "guest-1", "loves_nights").stdout
    assert "was not noted" in cli("guests", "reset", "guest-1", "loves_nights").stdout
    nobody = cli("guests", "show", "nobody")
    assert (nobody.exit_code, "no guest and no stay 'nobody'" in nobody.stderr) == (1, True)
