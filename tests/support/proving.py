"""What the proofs have shown: a line each, printed when the tests have ended."""

from collections.abc import Callable

import pytest

KEY = "proved"
Proved = Callable[[str], None]


def noting(node: pytest.Item) -> Proved:
    """Return what notes a line for a test, so that it also comes back from another process."""

    def note(line: str) -> None:
        node.user_properties.append((KEY, line))

    return note


def summary(reports: list[pytest.TestReport]) -> list[str]:
    """Return what tests that passed have proved, each line once, in order."""
    return sorted(
        {
            str(line)
            for report in reports
            if report.when == "call"
            for key, line in report.user_properties
            if key == KEY
        }
    )
