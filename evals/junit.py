"""A run as JUnit XML, which every CI knows how to show."""

from collections.abc import Sequence
from xml.etree import ElementTree

import click

from evals import report
from evals.results import Result


def junit(results: Sequence[Result]) -> str:
    """Write one test case a scenario; a failure holds the reasons and the conversation."""
    failed = sum(not result.passed for result in results)
    seconds = sum(result.seconds for result in results)
    suite = ElementTree.Element(
        "testsuite",
        name="jirani eval",
        tests=str(len(results)),
        failures=str(failed),
        time=f"{seconds:.3f}",
    )
    for result in results:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=" ".join(result.scenario.covers),
            name=result.scenario.name,
            time=f"{result.seconds:.3f}",
        )
        if not result.passed:
            message = _printable("; ".join(result.why))
            failure = ElementTree.SubElement(case, "failure", message=message)
            failure.text = _printable(click.unstyle(report.failure(result)))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _printable(text: str) -> str:
    """Replace what XML cannot hold: a guest may send any character."""
    return "".join(
        each
        if each in "\n\t" or (each >= " " and each.isprintable())
        else "\N{REPLACEMENT CHARACTER}"
        for each in text
    )
