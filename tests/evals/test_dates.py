"""`jirani eval dates`: what is read, what is printed, and what happens to a file that is none."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from evals.dates.cli import command
from tests.support.shared_data import shared_file

SGD = {
    "id": "sgd-1",
    "source": "SGD",
    "ref_date": "2019-03-01",
    "user": "Try again please on the 6th at 4:45 pm.",
    "datetimes": [
        {"slot": "time", "phrase": "4:45 pm", "start": 31, "end": 38, "value": "16:45"},
        {"slot": "date", "phrase": "the 6th", "start": 20, "end": 27, "value": "2019-03-06"},
    ],
}
NLUPP = {
    "id": "nlupp-1",
    "source": "NLU++",
    "ref_date": "2022-03-15",
    "ref_time": "09:00",
    "user": "tomorrow, later than 6, for a week",
    "slots": [
        {"slot": "date", "phrase": "tomorrow", "start": 0, "end": 8, "value": "2022-03-16"},
        {"slot": "time", "phrase": "6", "start": 21, "end": 22, "value": "06:00"},
        {"slot": "date_period", "phrase": "a week", "start": 28, "end": 34, "value": None},
        {"slot": "people", "phrase": "2", "value": "2"},
    ],
}
RECOGNIZERS = {
    "id": "rt-1",
    "source": "Recognizers-Text",
    "ref": "2019-07-04T00:00:00",
    "user": "Sales of the next quarter, on Friday",
    "results": [
        {
            "text": "next quarter",
            "type": "daterange",
            "start": 13,
            "values": [{"type": "daterange", "start": "2019-10-01", "end": "2020-01-01"}],
        },
        {
            "text": "friday",
            "type": "date",
            "start": 30,
            "values": [
                {"type": "date", "value": "2019-06-28"},
                {"type": "date", "value": "2019-07-05"},
            ],
        },
    ],
}


def written(file: Path, *rows: Any) -> Path:
    text = "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)
    data = text.encode()
    file.write_bytes(gzip.compress(data) if file.suffix == ".gz" else data)
    return file


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, list(map(str, arguments)))


def told(*arguments: str | Path) -> dict[str, Any]:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz", "rows"])
def test_every_format_is_read_and_one_object_is_printed(name: str, tmp_path: Path) -> None:
    found = told(written(tmp_path / name, SGD, NLUPP, RECOGNIZERS))
    assert {key: found[key] for key in ("n", "exact", "precision", "recall")} == {
        "n": 3,
        "exact": 1.0,
        "precision": 1.0,
        "recall": 1.0,
    }
    assert found["phrases"]["dates"] == {"n": 4, "right": 1.0}
    assert found["phrases"]["times"] == {"n": 2, "right": 1.0}
    assert found["slots"]["date"] == {"n": 3, "found": 1.0}


def test_predictions_are_one_row_of_values_for_each_row(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    told(written(tmp_path / "rows", SGD, NLUPP, RECOGNIZERS), "--predictions", out)
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert rows == [
        {"id": "sgd-1", "values": ["2019-03-06", "16:45"]},
        {"id": "nlupp-1", "values": ["2022-03-16", "06:00"]},
        {"id": "rt-1", "values": ["2019-10-01", "2020-01-01", "2019-07-05"]},
    ]


def test_missing_columns_and_unknown_ones_do_not_matter(tmp_path: Path) -> None:
    rows = [
        {"user": "tomorrow at 2pm"},
        {"user": "hello", "datetimes": None, "slots": "?", "results": [1], "surprise": {}},
        {"user": "", "id": 7, "system": None, "source": None, "ref_date": None},
    ]
    out = tmp_path / "out.jsonl"
    found = told(written(tmp_path / "rows", *rows), "--predictions", out)
    assert (found["n"], found["recall"], found["precision"]) == (3, 1.0, 0.0)
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    # Without a day of its own a row is read on that of SGD.
    assert lines[0] == {"id": "1", "values": ["2019-03-02", "14:00"]}
    assert [line["id"] for line in lines] == ["1", "2", "7"]


def test_a_wrong_value_and_a_missed_one_are_counted(tmp_path: Path) -> None:
    wrong = {
        **SGD,
        "datetimes": [
            {"slot": "date", "phrase": "the 6th", "start": 20, "end": 27, "value": "2019-04-06"},
            {"slot": "time", "phrase": "4:45 pm", "start": 31, "end": 38, "value": "16:45"},
        ],
    }
    result = run(written(tmp_path / "rows", wrong, SGD), "--wrong")
    found = json.loads(result.stdout)
    assert (found["exact"], found["precision"], found["recall"]) == (0.5, 0.75, 0.75)
    assert "'2019-04-06'" in result.stderr


def test_what_was_just_asked_decides_what_a_bare_number_is(tmp_path: Path) -> None:
    asked = {"user": "5 works", "system": "What time would you like?", "id": "a"}
    out = tmp_path / "out.jsonl"
    told(written(tmp_path / "rows", asked, {"user": "5 of us", "id": "b"}), "--predictions", out)
    lines = [json.loads(line)["values"] for line in out.read_text("utf-8").splitlines()]
    assert lines == [["17:00"], []]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['{"user": "hi"}', "{not json"], "line 2: not JSON"),
        (['{"user": "hi"}', "", '{"text": "hi"}'], "line 3: no `user`"),
        (['{"user": 5}'], "line 1: no `user`"),
        (["[1, 2]"], "line 1: a row is an object"),
        (['{"user": "hi", "ref": "soon"}'], "line 1: `ref` is no ISO day or time: 'soon'"),
        (['{"user": "hi", "ref_date": "2026-11-20", "ref_time": "late"}'], "line 1: `ref_time`"),
        (["[" * 100_000], "line 1: "),
    ],
)
def test_a_bad_line_is_named_and_ends_with_2(lines: list[str], said: str, tmp_path: Path) -> None:
    result = run(written(tmp_path / "rows", *lines))
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_a_file_that_is_not_there_or_none_ends_with_2(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gz"
    broken.write_bytes(gzip.compress(b"{}")[:-9])
    latin = tmp_path / "latin"
    latin.write_bytes(b'{"user": "\xe9"}')
    for file in (tmp_path / "nothing", tmp_path, broken, latin):
        result = run(file)
        assert result.exit_code == 2, file
        assert str(file) in result.stderr
        assert "Traceback" not in result.output
    result = run(written(tmp_path / "rows", SGD), "--predictions", tmp_path / "no" / "out")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_a_model_that_cannot_be_had_is_said_so(tmp_path: Path) -> None:
    result = run(written(tmp_path / "rows", SGD), "--model", "openai:gpt-5.2")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no model is asked about days and times yet" in result.stderr


def test_dialogues_of_bookings_are_read_as_well_as_asked_for() -> None:
    found = told(shared_file("booking_sgd_dev.jsonl.gz"))
    assert found["n"] == 1000
    assert found["exact"] >= 0.97
    assert found["phrases"]["dates"]["right"] >= 0.99
    assert found["phrases"]["times"]["right"] >= 0.99


def test_hotel_guests_are_read_as_well_as_asked_for() -> None:
    found = told(shared_file("nlupp_hotels_dev.jsonl.gz"))
    assert found["n"] == 503
    assert found["phrases"]["dates"]["right"] >= 0.97
    assert found["phrases"]["times"]["right"] >= 0.97


def test_phrases_of_all_kinds_are_read_as_well_as_asked_for() -> None:
    found = told(shared_file("date_phrases_recognizers_dev.jsonl.gz"))
    assert found["n"] == 359
    assert found["exact"] >= 0.9
