import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.tree import PACKAGES, ROOT, sources, tracked

LONGEST = 300
# The vocabulary of every layer: dataclasses and enums only, read as one page.
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|NotImplementedError)\b")
TARGETS = [
    "help",
    "install",
    "run",
    "demo-stays",
    "demo-recovery",
    "chat",
    "test",
    "check",
    "evals",
    "bench",
    "proof",
]


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module
            assert node.level == 0
            yield node.module


def place(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_every_layer_sees_only_what_is_below_it() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports"))]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_the_rules_import_the_standard_library_and_themselves() -> None:
    foreign = {
        (place(file), module)
        for file in sources("jirani/rules")
        for module in imported(file)
        if module.split(".")[0] not in sys.stdlib_module_names
        and not f"{module}.".startswith("jirani.rules.")
    }
    assert foreign == set()


def test_only_the_door_reads_the_environment() -> None:
    others = [name for name in PACKAGES if name != "app"]
    readers = [
        f"{place(file)}:{node.lineno}"
        for file in sources(*others)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute | ast.alias)
        and (node.attr if isinstance(node, ast.Attribute) else node.name)
        in ("environ", "environb", "getenv")
    ]
    assert readers == []


def test_nothing_is_left_unfinished() -> None:
    unfinished = [
        f"{path}:{number}"
        for path in tracked(*PACKAGES, "Makefile", ".ci", "pyproject.toml")
        for number, line in enumerate((ROOT / path).read_text("utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
    assert unfinished == []


def test_no_file_is_too_long_to_read() -> None:
    lengths = {
        place(file): len(file.read_text("utf-8").splitlines()) for file in sources(*PACKAGES)
    }
    long = {name: length for name, length in lengths.items() if length > LONGEST}
    assert {name for name in long if "/migrations/" not in name} == set(), long


def test_make_alone_lists_what_can_be_done() -> None:
    run = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = re.findall(r"(?m)^  make ([\w-]+)", run.stdout)
    assert listed[: len(TARGETS)] == TARGETS
