"""`jirani eval replies`: what is read, what is printed, and what becomes of a file that is none."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from agent.reader import weights
from evals.cli import command
from evals.replies.corpora import FILES, fingerprints, own_fingerprint
from evals.replies.invented import invented
from evals.replies.predicting import Predicted
from evals.replies.rows import Row
from evals.replies.scoring import disputed, figures
from tests.support.shared_data import shared_file

ROWS = [
    {"id": "1", "system": "Shall I book it?", "user": "yes please", "label": "accept"},
    {"id": "2", "system": "Shall I book it?", "user": "no thanks", "label": "decline"},
    {"id": "3", "kind": "never heard of", "user": "STOP", "label": "decline"},
    {"id": "4", "system": "Shall I book it?", "user": "how long is it?", "label": "other"},
    {"id": "5", "system": "Shall I book it?", "user": "maybe later", "deferral": "later"},
    {"user": "hello"},
]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, ["replies", *map(str, arguments)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "rows.jsonl"
    written.write_text("".join(f"{json.dumps(row)}\n" for row in ROWS), "utf-8")
    return written


def test_a_file_is_read_and_one_object_is_printed(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    result = run(file, "--predictions", out)
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert found["n"] == 6
    assert (found["accuracy"], found["decline_as_accept"]) == (1.0, 0.0)
    assert set(found) >= {"classes", "unclear", "kinds", "deferral"}
    assert set(found["classes"]["decline"]) == {"precision", "recall", "f1", "n"}
    told = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [each["label"] for each in told[:5]] == [
        *("accept", "decline", "decline", "other", "decline")
    ]
    assert told[2] == {
        **{"id": "3", "label": "decline", "reading": "opt_out"},
        **{"deferral": "firm", "opt_out": True},
    }
    assert told[4]["deferral"] == "later"
    assert told[5]["id"] == "6"  # a row without an id is known by its line


def test_a_packed_file_is_read_as_well(file: Path, tmp_path: Path) -> None:
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert json.loads(run(packed).output) == json.loads(run(file).output)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "holds no reply"),
        (b'{"user": "yes"}\nnot json\n', "line 2: this is not JSON"),
        (b'{"id": "1"}\n', 'line 1: "user", the text of the reply, is missing'),
        (b'["yes"]\n', "line 1: a JSON object is expected"),
        (b'{"user": "yes", "label": "perhaps"}\n', "\"label\" is 'perhaps'; it may be accept"),
        (b"\xff\xfe\n", "line 1: this is no UTF-8 text"),
        (gzip.compress(b"{}", mtime=0)[:9], "cannot be read"),
    ],
)
def test_what_is_no_file_of_replies_is_told_with_its_line(
    tmp_path: Path, content: bytes, told: str
) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_bytes(content)
    result = run(broken)
    assert result.exit_code == 2
    assert told in result.output
    assert "Traceback" not in result.output


def test_a_file_that_is_not_there_is_told_and_so_is_a_model(file: Path, tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere.jsonl").exit_code == 2
    for name in ("offline", "no-such-model"):
        result = run(file, "--model", name)
        assert result.exit_code == 2
        assert name in result.output


def told(row: Row, label: Any) -> tuple[Row, Predicted]:
    return row, Predicted(row.id, label, "unclear" if label == "other" else label, None, False)


def test_figures_are_counted_by_hand() -> None:
    rows = [Row("0", "x", label="accept"), Row("1", "x", label="decline")]
    pairs = [told(rows[0], "accept"), told(rows[1], "accept")]
    found = figures(pairs)
    assert found["accuracy"] == 0.5
    assert found["classes"]["accept"] == {"precision": 0.5, "recall": 1.0, "f1": 0.6667, "n": 1}
    assert found["classes"]["other"]["n"] == 0
    assert found["decline_as_accept"] == 1.0
    assert disputed(pairs) == ["1"]


def test_our_own_replies_are_many_and_each_has_a_label() -> None:
    rows = invented()
    assert len(rows) > 500
    assert {row.label for row in rows} == {"accept", "decline", "other"}
    assert len({(row.user, row.system) for row in rows}) == len(rows)


def test_the_shipped_weights_are_those_of_these_files() -> None:
    kept = json.loads(Path(weights.__file__).with_name(weights.FILE).read_text("utf-8"))
    assert own_fingerprint().items() <= kept["trained_on"].items()
    folder = shared_file(FILES[0]).parent
    assert fingerprints(folder) == kept["trained_on"]


def test_training_again_makes_the_same_weights(tmp_path: Path) -> None:
    folder = shared_file(FILES[0]).parent
    out = tmp_path / "weights.json"
    trained = CliRunner().invoke(
        command, ["train-reader", "--data", str(folder), "--out", str(out)]
    )
    assert trained.exit_code == 0, trained.output
    again, kept = (
        json.loads(each.read_text("utf-8"))
        for each in (out, Path(weights.__file__).with_name(weights.FILE))
    )
    assert again["known"] == kept["known"]
    assert again["weights"].keys() == kept["weights"].keys()
    # Another processor may round a last digit otherwise.
    apart = (
        abs(a - b)
        for name in kept["weights"]
        for a, b in zip(again["weights"][name], kept["weights"][name], strict=True)
    )
    assert max(apart) <= 2


def test_on_the_public_replies_no_refusal_is_sold() -> None:
    """Rows trained on: the figures to believe are cross-validated (docs/reader.md)."""
    found = json.loads(run(shared_file("replies_sgd_dev.jsonl.gz")).output)
    assert found["accuracy"] >= 0.98
    assert found["decline_as_accept_on_offers"] <= 0.005
    assert found["unclear"] <= 0.06
    put_off = json.loads(run(shared_file("deferral_dev.jsonl.gz")).output)
    assert put_off["deferral"]["classes"]["later"]["f1"] >= 0.9
