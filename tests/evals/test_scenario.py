from pathlib import Path

import pytest

from evals.choosing import choose, shipped
from evals.rules import RULES
from evals.scenario import Unusable, duration, load
from tests.evals.conftest import Write

SOUND = """\
title: A greeting
covers: [§7]
language: en
turns:
  - guest: yes
"""


def errors_of(file: Path) -> list[str]:
    with pytest.raises(Unusable) as unusable:
        load(file)
    return [error.removeprefix(f"{file}:") for error in unusable.value.errors]


def test_words_that_yaml_would_turn_into_something_else_stay_words(write: Write) -> None:
    step = load(write(SOUND)).steps[0]
    assert (step.kind, step.value, step.who) == ("guest", "yes", "guest")
    taken = "other_takes: {staff: Amina, start: 2026-11-22T14:00, service: Manicure}"
    assert load(write(f"{SOUND}  - {taken}\n")).steps[1].value["start"] == "2026-11-22T14:00"


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (
            SOUND.replace("  - guest: yes", "  - gest: yes"),
            "5: turns[0]: there is no 'gest' here; did you mean 'guest'?",
        ),
        (SOUND.replace("title: A greeting\n", ""), "1: 'title' is missing; add it."),
        (
            SOUND.replace("[§7]", "[X55]"),
            "2: covers: there is no rule 'X55'; did you mean 'X5'?",
        ),
        (
            SOUND + "  - guest: hi\n    time_passes: 35s\n",
            "6: turns[1]: a step is one of guest, press, time_passes, at, other_takes, payment, "
            "callbacks, prices, dials, redis, restart, dies, triggers; "
            "this one has guest and time_passes.",
        ),
        (
            SOUND + "  - time_passes: half an hour\n",
            "6: turns[1].time_passes: 'half an hour' does not fit; "
            "write it like 35s, 2m, 1h 30m or 1d.",
        ),
        (
            SOUND + "world: {now: 2026-02-30T11:00}\n",
            "6: world.now: '2026-02-30T11:00' is no date in the calendar; correct it.",
        ),
        (
            SOUND + "expect: {offers: [{service: Pedicure, status: sold}]}\n",
            "6: expect.offers[0].status: 'sold' is not known here; write one of scheduled, "
            "offered, deferred, accepted, declined, expired, withdrawn.",
        ),
        (
            SOUND + "expect: {reply: {matches: '('}}\n",
            "6: expect.reply.matches: '(' is no pattern that can be matched; correct it.",
        ),
        (
            SOUND + "  - guest: 1\n",
            "6: turns[1].guest: 1 does not fit; write text in quotes.",
        ),
        (
            SOUND + "  - restart: true\n    as: other\n",
            "6: turns[1]: `as` and `key` belong to a guest's message or button; move them there.",
        ),
        (
            SOUND + "  - other_takes: {staff: Amina, start: 2026-11-22T14:00}\n",
            "6: turns[1].other_takes: give either service or end.",
        ),
        (
            SOUND + "language: sw\n",
            "6: 'language' is given twice in one place: keep one of them.",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_what_to_do(
    write: Write, broken: str, error: str
) -> None:
    assert error in errors_of(write(broken))


def test_a_file_that_is_no_yaml_is_named_with_its_line(write: Write) -> None:
    [error] = errors_of(write("title: [A greeting\ncovers: x\n"))
    assert error.startswith("2: this is no YAML: ")


def test_every_problem_of_every_file_is_told_at_once(write: Write) -> None:
    first, second = write("title: 1\n"), write("turns: []\n")
    with pytest.raises(Unusable) as unusable:
        choose([str(first), str(second), "manicure-than-pedicure"])
    told = "\n".join(unusable.value.errors)
    assert str(first) in told
    assert str(second) in told
    assert "did you mean 'manicure-then-pedicure'?" in told


def test_scenarios_are_chosen_by_name_by_pattern_and_by_file(write: Write) -> None:
    file = write(SOUND)
    names = [each.name for each in choose(["late-yes-s*", str(file), "late-yes-still-free"])]
    assert names == ["late-yes-slot-gone", "late-yes-still-free", file.stem]


def test_a_stretch_of_time_is_read_as_people_write_it() -> None:
    assert duration("1h 30m").total_seconds() == 5400
    assert duration("35s").total_seconds() == 35


def test_all_that_come_with_the_product_are_sound_and_cover_the_rules_of_this_slice() -> None:
    scenarios = choose([])
    assert {each.file for each in scenarios} == set(shipped())
    assert len({each.name for each in scenarios}) == len(scenarios)
    covered = {rule for each in scenarios for rule in each.covers}
    slice_ = {f"X{n}" for n in range(1, 15)} | {f"O{n}" for n in (1, 2, 3, 4, 5, 9, 10, 13, 14)}
    assert slice_ | {"P1", "P2", "P3", "P4", "§3", "§7"} <= covered <= RULES.keys()
    assert {each.language for each in scenarios} == {"en", "sw"}
