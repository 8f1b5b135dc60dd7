"""Whatever is asked that the documentation allows, or forbids: no fault, nothing undocumented."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from jirani.rules.facts import Role
from tests.support.standing_site import Standing, standing_site

FUZZER = Path(sys.executable).with_name("schemathesis")
# What a schema cannot say, valid by it and yet refused with 422: a greeting or a name that cannot
# be printed, a CSV file whose rows make no sense, a button that this conversation does not have, a
# setting that is none.
SEMANTIC = "^(turn_dials|set_recovery|make_key|put_.*|post_message)$"
# Other threads and appointments than these are not found, which the tests beside this one see to.
# An event stream has no end: its first event is read.
CONFIGURATION = """
max-stream-events = 1
request-timeout = 30
continue-on-failure = true

[parameters]
"path.business" = "demo"
"path.thread" = "{site.thread}"
"path.appointment" = "{site.appointment}"

[[operations]]
include-tag = "guests"
headers = {{ Authorization = "Bearer {site.token}" }}

[[operations]]
exclude-tag = ["guests", "operators"]
headers = {{ Authorization = "Bearer {key}" }}

[[operations]]
include-tag = "operators"
headers = {{ Authorization = "Bearer {site.metrics}" }}

[[operations]]
include-operation-id-regex = "{semantic}"
checks.positive_data_acceptance.enabled = false

# Along a path of calls the fuzzer takes what it spoilt for sent, though the above replaces it.
[phases.stateful.checks]
negative_data_rejection.enabled = false
"""


@pytest.fixture(scope="module")
def standing(redis_socket: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with capture_logs(), standing_site(tmp_path_factory.mktemp("standing"), redis_socket) as site:
        yield site


def fuzz(site: Standing, folder: Path, role: Role, *options: str) -> None:
    """Ask the running server all that its own documentation gives rise to."""
    file = folder / "schemathesis.toml"
    file.write_text(CONFIGURATION.format(site=site, key=site.keys[role], semantic=SEMANTIC))
    run = subprocess.run(
        [FUZZER, "--config-file", file, "run", f"{site.url}/openapi.json", *options],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_no_fault_and_nothing_undocumented(standing: Standing, tmp_path: Path) -> None:
    phases = "--phases=examples,coverage,fuzzing"
    options = ("--generation-deterministic", "--max-examples=4", phases)
    fuzz(standing, tmp_path, Role.ADMIN, *options)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MANAGER])
def test_nor_to_a_lesser_role(standing: Standing, tmp_path: Path, role: Role) -> None:
    options = ("--generation-deterministic", "--phases=examples", "--exclude-tag=guests")
    fuzz(standing, tmp_path, role, *options)


@pytest.mark.proof
def test_nor_after_many_more_tries(standing: Standing, tmp_path: Path) -> None:
    fuzz(standing, tmp_path, Role.ADMIN, "--max-examples=300")
