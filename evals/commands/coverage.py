"""`jirani eval coverage`: which scenarios protect which rule."""

import json

import click

from evals.choosing import choose
from evals.coverage import coverage


@click.command("coverage")
@click.option("--check", is_flag=True, help="End with 1 if a rule of what is built has none.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def covers(check: bool, as_json: bool) -> None:
    """Show which scenarios protect which business rule."""
    every = coverage(choose(()))
    if as_json:
        rows = [
            {"rule": each.rule, "slice": each.slice, "scenarios": list(each.scenarios)}
            for each in every
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for each in every:
            mark = "none!" if each.missing else len(each.scenarios) or "later"
            names = ", ".join(each.scenarios[:3]) + (", ..." if len(each.scenarios) > 3 else "")
            click.echo(f"{each.rule:4} {each.slice:9} {mark!s:>5}  {each.about}")
            if names:
                click.echo(f"{'':21}{names}")
    missing = [each.rule for each in every if each.missing]
    if missing and check:
        click.echo(
            f"No scenario protects {', '.join(missing)}; write one that covers it.", err=True
        )
        raise SystemExit(1)
