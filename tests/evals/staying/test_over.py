"""A scenario of stays is played over other systems too, where other things may be expected."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evals.choosing import choose
from evals.cli import command
from evals.coverage import coverage
from evals.ground import Ground
from evals.runner import attempt
from evals.scenario import Scenario, Unusable, load, variants
from tests.evals.conftest import Write

STAY = """\
title: A guest is offered an early check-in
covers: [U1]
tags: [mine]
language: en
world: {base: stays, now: 2026-06-10T12:00, sells: [early_check_in]}
turns:
  - books: {arrival: 2026-06-15, departure: 2026-06-20}
  - at: 2026-06-12T09:00
    expect: {texts: 1, parked: 0}
  - guest: yes please
expect:
  texts: 2
  fees: 1
over:
  hostaway: {}
  lodgify:
    turns:
      "2": {texts: [{contains: [USD 25]}]}
    expect: {fees: 0}
"""


def names(scenarios: list[Scenario]) -> list[str]:
    return [each.name.partition(".yaml")[0] for each in scenarios]


def test_each_system_is_a_scenario_of_its_own_that_may_expect_something_else(write: Write) -> None:
    file = write(STAY)
    plain, hostaway, lodgify = variants(load(file))
    assert (plain.name, plain.tags, plain.world.get("pms")) == (file.stem, ("mine",), None)
    assert [each.name for each in (hostaway, lodgify)] == [
        f"{file.stem}@hostaway",
        f"{file.stem}@lodgify",
    ]
    assert lodgify.title == "A guest is offered an early check-in (lodgify)"
    assert (lodgify.tags, lodgify.covers) == (("mine", "lodgify"), plain.covers)
    assert lodgify.world == {**plain.world, "pms": "lodgify"}
    assert (hostaway.steps, hostaway.expect) == (plain.steps, plain.expect)
    assert lodgify.expect == {"texts": 2, "fees": 0}  # what is not said is as it was
    assert [each.expect for each in lodgify.steps] == [
        {},
        {"texts": [{"contains": ["USD 25"]}], "parked": 0},
        {},
    ]
    assert variants(lodgify) == [lodgify]


def test_one_is_chosen_by_its_system_and_beside_others(write: Write, tmp_path: Path) -> None:
    name, other = "an-early-check-in-is-taken", "booked-on-the-day-of-arrival"
    over = [f"{name}@{pms}" for pms in ("hostaway", "guesty", "lodgify")]
    assert names(choose([name])) == [name, *over]
    assert names(choose([f"{name}@guesty"])) == [f"{name}@guesty"]
    assert names(choose([f"{name}@memory"])) == [name]
    assert names(choose([f"{name}@l*", f"{other}@memory"])) == [f"{name}@lodgify", other]
    assert names(choose([f"{name}@*"])) == [name, *over]
    both = names(choose([f"{name}@guesty", "late-yes-still-free"]))
    assert both == [f"{name}@guesty", "late-yes-still-free"]
    assert names(choose([name], tags=["lodgify"])) == [f"{name}@lodgify"]
    assert names(choose(["an-early-*@guesty"], rules=["U1"]))[0] == f"{name}@guesty"
    file = write(STAY)
    folder = tmp_path / "ann@example"
    folder.mkdir()
    moved = str(shutil.move(file, folder / "mine.yaml"))
    assert names(choose([moved])) == ["mine", "mine@hostaway", "mine@lodgify"]
    assert names(choose([f"{moved}@lodgify"])) == ["mine@lodgify"]
    for wrong, said in (
        (f"{name}@hostway", f"There is no scenario '{name}@hostway'; did you mean '{name}@hostaw"),
        ("late-yes-still-free@guesty", "did you mean 'late-yes-still-free'?"),
        ("an-early-check-in-was-taken@guesty", f"did you mean '{name}'?"),
    ):
        with pytest.raises(Unusable) as refused:
            choose([wrong])
        assert said in str(refused.value)


def test_a_rule_counts_a_scenario_once_whatever_it_is_over(write: Write) -> None:
    file = write(STAY)
    [covered] = [each for each in coverage(variants(load(file))) if each.rule == "U1"]
    assert covered.scenarios == (file.stem,)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("  hostaway: {}", "  cloudbeds: {}", "15: over: 'cloudbeds' is not known here; write one"),
        ('"2": {texts', '"0": {texts', "18: over.lodgify.turns: '0' does not fit; write it like 3"),
        ('"2": {texts', "2: {texts", "18: over.lodgify.turns: 2 does not fit; write text in quot"),
        ('"2": {texts', '"4": {texts', "18: over.lodgify.turns: there is no step 4, only 3."),
        ("{fees: 0}", "{fee: 0}", "19: over.lodgify.expect: there is no 'fee' here; did you mean"),
        ("expect: {fees", "expects: {fees", "19: over.lodgify: there is no 'expects' here; did"),
        ("base: stays", "pms: cloudbeds, base: stays", "world.pms: 'cloudbeds' is not known here"),
    ],
)
def test_what_is_wrong_with_it_is_named_with_its_line(
    write: Write, old: str, new: str, error: str
) -> None:
    with pytest.raises(Unusable) as refused:
        load(write(STAY.replace(old, new, 1)))
    assert error in str(refused.value)


def test_a_salon_is_played_over_no_such_system(write: Write) -> None:
    salon = "title: Hi\ncovers: [§7]\nlanguage: en\nturns: [{guest: hi}]\nover: {guesty: {}}\n"
    with pytest.raises(Unusable, match="5: over: it is known in a world with `base: stays` only"):
        load(write(salon))


def invoke(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(command, [str(each) for each in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_kept_runs_of_each_are_judged_again_by_what_it_expects(
    write: Write, tmp_path: Path
) -> None:
    file, kept = write(STAY), tmp_path / "outcome.json"
    ran = invoke("run", file, "--jobs", "1", "--json", kept)
    assert ran.exit_code == 0, ran.output
    assert [each["name"] for each in json.loads(kept.read_text("utf-8"))["scenarios"]] == [
        file.stem,
        f"{file.stem}@hostaway",
        f"{file.stem}@lodgify",
    ]
    assert invoke("grade", kept).exit_code == 0
    text = file.read_text("utf-8")
    file.write_text(text.replace("{fees: 0}", "{fees: 1}"), "utf-8")
    told = invoke("grade", kept).output
    assert f"FAIL  {file.stem}@lodgify" in told
    assert told.count("FAIL") == 1
    file.write_text(text.replace("  hostaway: {}\n", ""), "utf-8")
    gone = invoke("grade", kept)
    assert gone.exit_code == 2
    assert f"There is no scenario '{file.stem}@hostaway'; did you mean" in gone.output


OVER = [each for each in choose(()) if "@" in each.name]
# Every fourth of the eight, which are there three times: that way each system is tried.
QUICK = [each.name for each in OVER if "the-eight" in each.tags][::4]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(each, id=each.name, marks=() if each.name in QUICK else pytest.mark.proof)
        for each in OVER
    ],
)
async def test_the_offline_model_passes_over_every_wire(shared: Ground, scenario: Scenario) -> None:
    assert (await attempt(shared, scenario, seed=0)).why == []


def test_the_quick_ones_are_over_each_system() -> None:
    assert {name.partition("@")[2] for name in QUICK} == {"hostaway", "guesty", "lodgify"}
