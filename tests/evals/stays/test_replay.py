"""`jirani stays replay`: what it counts, what adds up, and what happens to rows that are none."""

import csv
import gzip
import json
from bisect import bisect_right
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from evals.stays import published, replaying
from evals.stays.cli import command
from evals.stays.replaying import to_play
from evals.stays.reservations import reservations_of
from evals.stays.tally import Tally
from tests.support.proving import Proved
from tests.support.shared_data import shared_file

FILE = "reservations_dev.csv.gz"
HEADER = "reservation_id,booked_on,arrival,departure,status,status_date,adr"
GOOD = "r1,2016-05-01,2016-06-10,2016-06-15,Check-Out,2016-06-15,90.5"
KINDS = (
    *("early_check_in", "late_check_out", "mid_stay_cleaning", "pre_stay_gap_night"),
    *("post_stay_gap_night_before_checkin", "post_stay_gap_night_before_checkout"),
)

KNOWN = "Check-Out, Canceled, No-Show"
NO_DATE, NO_AMOUNT = "is no date, like 2015-07-31", "is no amount, like 75.50"
Row = dict[str, str]


def counted(rows: list[Row]) -> dict[str, Any]:
    """Count anew, from the words of the rules alone and nothing of the product."""
    nights, leads, cancelled = [], [], 0
    for row in rows:
        booked_on, arrival, departure, ended_on = (
            date.fromisoformat(row[name])
            for name in ("booked_on", "arrival", "departure", "status_date")
        )
        nights.append((departure - arrival).days)
        leads.append((arrival - booked_on).days)
        cancelled += row["status"] == "Canceled" and 1 <= (arrival - ended_on).days <= 3
    # 4→2, 5-7→3, 8-13→4, 14-24→5, 25-47→6, 48+→7
    days = Counter(1 + bisect_right((4, 5, 8, 14, 25, 48), n) for n in nights if n > 3)
    return {
        "mid_stay_day": {str(day): n for day, n in sorted(days.items())},
        "same_day": leads.count(0),
        "inside_window": sum(lead < 3 for lead in leads),
        "cancelled_between": cancelled,
    }


def rows_of(file: Path) -> list[Row]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def ran(*arguments: object) -> Result:
    return CliRunner().invoke(command, ["replay", *map(str, arguments)])


def told(file: Path) -> dict[str, Any]:
    result = ran(file, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def adds_up(found: dict[str, Any]) -> None:
    """Check what must be so whatever the file says."""
    assert tuple(found["kinds"]) == KINDS
    stays = found["rows"] - found["parked"]["rows"]
    for kind in found["kinds"].values():
        withheld = sum(kind["withheld"].values())
        assert kind["sent"] + withheld + kind["withdrawn"] == kind["planned"]
        assert kind["planned"] + sum(kind["not_planned"].values()) == stays
        assert sum(kind["sent_then"].values()) == kind["sent"]
        assert kind["sent_after_cancellation"] == 0


def written(folder: Path, *lines: str, header: str = HEADER) -> Path:
    file = folder / "reservations.csv"
    file.write_text("\n".join((header, *lines, "")), "utf-8")
    return file


def test_the_facts_of_a_real_file_are_those_of_an_independent_count() -> None:
    file, tally = shared_file(FILE), Tally()
    for _ in to_play(reservations_of(file), tally):
        pass
    assert tally.rows == 20_000
    assert tally.facts.told() == counted(rows_of(file))


def test_some_real_rows_are_replayed_and_all_of_it_adds_up(tmp_path: Path) -> None:
    some = rows_of(shared_file(FILE))[::100]
    lines = StringIO()
    writer = csv.DictWriter(lines, fieldnames=list(some[0]))
    writer.writeheader()
    writer.writerows(some)
    file = tmp_path / "some.csv.gz"
    file.write_bytes(gzip.compress(lines.getvalue().encode()))
    found = told(file)
    adds_up(found)
    assert found["rows"] == len(some) == 200
    assert found["facts"] == counted(some)
    zero = sum(row["arrival"] == row["departure"] for row in some)
    assert zero > 0
    assert found["parked"]["why"] == {"The stay has no night.": zero}
    assert sum(kind["sent"] for kind in found["kinds"].values()) > 200


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_all_real_rows_are_replayed_and_all_of_it_adds_up(proved: Proved) -> None:
    file = shared_file(FILE)
    found = told(file)
    adds_up(found)
    assert found["facts"] == counted(rows_of(file))
    sent = sum(kind["sent"] for kind in found["kinds"].values())
    proved(
        f"{found['rows']:,} real reservations replayed, {sent:,} offers sent, none after its end"
    )


def test_it_comes_to_the_same_in_batches_of_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = ("Check-Out,2016-06-15", "Canceled,2016-06-08", "No-Show,2016-06-10")
    rows = [f"r{n},2016-05-0{n},2016-06-10,2016-06-15,{ends[n % 3]},9{n}" for n in range(1, 8)]
    file = written(tmp_path, *rows)
    whole = told(file)
    monkeypatch.setattr(replaying, "BATCH", 2)
    assert told(file) == whole
    adds_up(whole)


def test_people_are_told_in_words(tmp_path: Path) -> None:
    result = ran(written(tmp_path, GOOD, GOOD.replace("2016-06-15", "2016-06-10")))
    assert result.exit_code == 0
    assert "early_check_in\t1\t1\t0\t0\t0" in result.stdout
    assert "withheld: 1, the guest has had all offers of this week" in result.stdout
    assert "1: The stay has no night." in result.stdout


@pytest.mark.parametrize(
    ("row", "why", "said"),
    [
        (GOOD.replace("2016-06-10", "10/06/2016"), f"arrival {NO_DATE}", "'10/06/2016'"),
        (GOOD.replace("2016-06-10", "2016-02-30"), f"arrival {NO_DATE}", "'2016-02-30'"),
        (GOOD.replace("2016-05-01", ""), f"booked_on {NO_DATE}", "''"),
        (GOOD.replace("Check-Out", "Maybe"), f"status is none of {KNOWN}", "'Maybe'"),
        (GOOD.replace("90.5", "dear"), f"adr {NO_AMOUNT}", "'dear'"),
        (GOOD.replace("90.5", "nan"), f"adr {NO_AMOUNT}", "'nan'"),
        ("r1,2016-05-01", "the row has not as many cells as the header", "2 cells, not 7"),
        (
            GOOD.replace("2016-05-01", "2016-06-11"),
            "it was booked after its arrival",
            "2016-06-11, 2016-06-10",
        ),
        (
            GOOD.replace("Check-Out,2016-06-15", "Canceled,2016-04-01"),
            "it ended before it was booked",
            "Canceled 2016-04-01, 2016-05-01",
        ),
        (
            GOOD.replace("2016-06-15", "2016-06-09"),
            "The stay ends before it begins: the dates look swapped.",
            "",
        ),
        (GOOD.replace("2016-06-15", "2019-06-15"), "The dates are not those of a stay.", ""),
    ],
)
def test_a_row_that_makes_no_sense_is_laid_aside_with_its_line_and_reason(
    tmp_path: Path, row: str, why: str, said: str
) -> None:
    found = told(written(tmp_path, GOOD, row))
    (first,) = found["parked"]["first"]
    assert (first["line"], first["why"], first["said"]) == (3, why, said)
    assert found["parked"]["why"] == {why: 1}
    assert found["rows"] == 2
    assert found["kinds"]["early_check_in"]["planned"] == 1
    adds_up(found)


def test_nights_that_are_not_what_the_dates_say_are_not_believed_either(tmp_path: Path) -> None:
    header = f"{HEADER},nights,lead_time"
    file = written(tmp_path, f"{GOOD},5,40", f"{GOOD},4,40", f"{GOOD},5,41", header=header)
    parked = told(file)["parked"]
    assert [(each["line"], each["said"]) for each in parked["first"]] == [
        (3, "4, not 5"),
        (4, "41, not 40"),
    ]


def test_a_file_as_it_was_published_is_read_too(tmp_path: Path) -> None:
    lines = (
        "2016,June,10,2,3,40,Check-Out,2016-06-15,90.5",
        "2016,Juni,10,2,3,40,Check-Out,2016-06-15,90.5",
    )
    ours, theirs = (tmp_path / name for name in ("ours", "theirs"))
    for folder in (ours, theirs):
        folder.mkdir()
    odd = told(written(theirs, *lines, header=",".join(published.COLUMNS)))
    (first,) = odd["parked"]["first"]
    assert (first["why"], first["said"]) == (published.ODD, "10, Juni, 2016, 2, 3, 40")
    assert odd["facts"] == told(written(ours, GOOD))["facts"]
    assert odd["kinds"] == told(written(ours, GOOD))["kinds"]


def test_a_night_without_a_rate_is_not_sold_and_the_rest_is(tmp_path: Path) -> None:
    found = told(written(tmp_path, GOOD.replace("90.5", ""), GOOD.replace("90.5", "-6.38")))
    assert found["kinds"]["pre_stay_gap_night"]["withheld"] == {"no_price": 2}
    assert found["kinds"]["early_check_in"]["sent"] == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: is empty; it needs the columns reservation_id, booked_on"),
        (b"\xef\xbb\xbf\n", "line 1: is empty"),
        (HEADER.encode(), "has a header and no reservations under it."),
        (HEADER.replace("arrival,", "").encode(), "line 1: no column 'arrival'; there are 'reser"),
        (f"{HEADER},adr\n".encode(), "line 1: there are two columns 'adr'."),
        (f"{HEADER}\n{GOOD}\nr2,\xe9".encode("latin-1"), "is not UTF-8 text"),
        (f"{HEADER}\nr1,a,b,c,d,e,f\n".encode(), "line 2: booked_on is no date, like 2015-07-31"),
        (f'{HEADER}\n"{"x" * 140_000}'.encode(), "is not CSV: field larger than field limit"),
        (gzip.compress(f"{HEADER}\n{GOOD}\n".encode(), mtime=0)[:-9], "cannot be read"),
        (b"\x1f\x8bthis is no gzip", "cannot be read"),
        (b"PK\x03\x04\x00\x00\xff\xff", "is not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(content)
    result = ran(file, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"{file}" in result.stderr
    assert said in result.stderr


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    result = ran(tmp_path / "none.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No such file" in result.stderr
