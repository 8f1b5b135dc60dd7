"""What the tests of the evals share."""

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from evals.ground import Ground, ground

Write = Callable[[str], Path]


@pytest.fixture(scope="session")
def shared() -> Iterator[Ground]:
    """Template databases and a Redis, made once for all these tests."""
    with ground() as made:
        yield made


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a scenario to a file of its own."""

    def written(text: str) -> Path:
        file = tmp_path / f"scenario-{len(list(tmp_path.iterdir()))}.yaml"
        file.write_text(dedent(text), "utf-8")
        return file

    return written
