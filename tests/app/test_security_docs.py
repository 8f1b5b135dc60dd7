"""The page on security names its proofs, and every one of them exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")


def names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test")
    }


def test_every_test_it_names_exists() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > 40
    missing = [
        f"{file}::{name}" for file, name in named if name not in names_in(ROOT / "tests" / file)
    ]
    assert missing == []


def test_every_scenario_it_names_exists() -> None:
    named = re.findall(r"\beval `([\w-]+)`", PAGE)
    assert len(named) > 3
    scenarios = {file.stem for file in (ROOT / "evals" / "scenarios").glob("*.yaml")}
    assert set(named) <= scenarios


def test_every_line_of_its_tables_has_a_proof() -> None:
    sections = PAGE.split("## Personal data", maxsplit=1)[0]
    rows = [line for line in sections.splitlines() if line.startswith("| ")]
    lines = [line for line in rows if not line.endswith("| proof |")]
    assert len(lines) > 25
    assert [line for line in lines if "::" not in line and "eval `" not in line] == []


def test_every_file_and_setting_it_names_exists() -> None:
    settings = (ROOT / "app" / "settings.py").read_text("utf-8")
    for name in set(re.findall(r"JIRANI_(\w+)", PAGE)):
        assert f"    {name.lower()}: " in settings, name
    for path in re.findall(r"`((?:tests|evals|docs|app)/[\w./-]+)`", PAGE):
        assert (ROOT / path).exists() or list((ROOT / "tests").glob(path)), path
