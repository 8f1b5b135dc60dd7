"""`jirani stays gaps`: gap nights in calendars of others."""

import csv
import gzip
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evals.stays.cli import command
from tests.support.shared_data import shared_file

FILE = "airbnb_albany_calendar.csv.gz"
HEADER = "listing,date,available"


def ran(*arguments: object) -> Result:
    return CliRunner().invoke(command, ["gaps", *map(str, arguments)])


def test_the_gaps_of_real_calendars_are_those_of_an_independent_count() -> None:
    file = shared_file(FILE)
    days: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            days[row["listing"]].append((row["date"], row["available"]))
    wanted = {
        (listing, sorted(nights)[gap.start()][0], len(gap.group()))
        for listing, nights in days.items()
        for gap in re.finditer("(?<=0)1{1,3}(?=0)", "".join(each for _, each in sorted(nights)))
    }
    result = ran(file, "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    found = {(each["listing"], each["first"], each["nights"]) for each in told["found"]}
    assert found == wanted
    assert told["gaps"] == len(wanted) == 204
    assert (told["rows"], told["listings"], told["parked"]["rows"]) == (153_665, 421, 0)


def written(folder: Path, *lines: str) -> Path:
    file = folder / "calendar.csv"
    file.write_text("\n".join((HEADER, *lines, "")), "utf-8")
    return file


def test_lines_that_make_no_sense_leave_their_nights_unknown(tmp_path: Path) -> None:
    good = ("a,2026-06-01,0", "a,2026-06-02,1", "a,2026-06-03,f", "a,2026-06-04,t")
    odd = ("a,2026-06-05,maybe", "a,5 June,0", "a,2026-06-05")
    result = ran(written(tmp_path, *good, *odd))
    assert result.exit_code == 0
    assert "1 gaps of 1 to 3 free nights" in result.stdout
    assert "laid aside: 1, available is neither 1 nor 0" in result.stdout
    assert "laid aside: 1, date is no date, like 2015-07-31" in result.stdout
    assert "laid aside: 1, the row has not as many cells as the header" in result.stdout


def test_a_night_that_is_told_of_in_two_ways_is_no_end_of_a_gap(tmp_path: Path) -> None:
    lines = ("a,2026-06-01,0", "a,2026-06-02,1", "a,2026-06-03,0", "a,2026-06-03,1")
    assert json.loads(ran(written(tmp_path, *lines), "--json").stdout)["gaps"] == 0
    assert json.loads(ran(written(tmp_path, *lines[:3]), "--json").stdout)["gaps"] == 1


@pytest.mark.parametrize(
    ("lines", "said"),
    [((), "has no night that could be read"), (("a,x,1",), "line 2, date is no date")],
)
def test_a_file_without_a_night_is_refused(
    tmp_path: Path, lines: tuple[str, ...], said: str
) -> None:
    result = ran(written(tmp_path, *lines))
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
