import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.audit import LOCKS, lock_problems, locked
from tests.support.tree import PACKAGES, PROJECT, ROOT, tracked


def requirements(*groups: str) -> list[Requirement]:
    chosen: Any = [line for group in groups for line in PROJECT["dependency-groups"][group]]
    return [Requirement(line) for line in (*PROJECT["project"]["dependencies"], *chosen)]


def test_no_other_distribution_owns_the_names_of_our_packages() -> None:
    owners = packages_distributions()
    assert {name: set(owners.get(name, ())) - {"jirani"} for name in PACKAGES} == {
        name: set() for name in PACKAGES
    }
    for name in PACKAGES:
        spec = find_spec(name)
        assert spec
        assert spec.origin == str(ROOT / name / "__init__.py")


def test_the_wheel_has_every_tracked_file_of_our_packages_and_nothing_else(tmp_path: Path) -> None:
    paths = tracked(*PACKAGES)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(ZipFile(wheel).namelist())
    assert {Path(path).suffix for path in paths} >= {".py", ".md", ".lua", ".csv", ".txt", ".json"}
    assert sorted(set(paths) - inside) == []
    tops = {name.split("/")[0] for name in inside}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_cannot_be_uploaded_by_mistake() -> None:
    assert "Private :: Do Not Upload" in PROJECT["project"]["classifiers"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_a_hash_for_every_package_and_names_no_host(lock: str) -> None:
    assert lock_problems((ROOT / lock).read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("lock", "groups"),
    [("requirements.lock", ("build",)), ("requirements-dev.lock", ("build", "dev"))],
)
def test_a_lock_covers_what_the_project_asks_for(lock: str, groups: tuple[str, ...]) -> None:
    versions = locked((ROOT / lock).read_text("utf-8"))
    for wanted in requirements(*groups):
        found = versions.get(canonicalize_name(wanted.name), set())
        assert found, f"{wanted.name} is not in {lock}: run `make lock`"
        unfit = [each for each in found if not wanted.specifier.contains(each, prereleases=True)]
        assert not unfit, f"{lock} has {wanted.name} {unfit}, not {wanted.specifier}"


def test_both_locks_agree_on_what_both_have() -> None:
    run, dev = (locked((ROOT / lock).read_text("utf-8")) for lock in LOCKS)
    assert {name: dev.get(name) for name in run} == run


def test_what_breaks_between_versions_is_pinned() -> None:
    pins = {wanted.name: str(wanted.specifier) for wanted in requirements("build")}
    assert re.fullmatch(r"==[\d.]+", pins["pydantic-ai-slim"])
    assert [f"hatchling{pins['hatchling']}"] == PROJECT["build-system"]["requires"]
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.14"
