"""`jirani settings`: what can be set, and what is in force here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

import click
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from app.commands.running import complete
from app.commands.showing import show_table
from app.settings import Settings

PREFIX = str(Settings.model_config["env_prefix"])
HIDDEN = "(set, not shown)"
HEAD = """\
# Settings of Jirani: copy this file to .env and change what you need; the environment wins over it.
# Everything has a default that works: nothing must be set. See docs/configuration.md.
"""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, as an operator writes it; a secret one is never shown."""

    field: str
    default: str
    example: str
    about: str
    secret: bool

    @property
    def name(self) -> str:
        """The name in the environment."""
        return f"{PREFIX}{self.field.upper()}"


@click.command()
@click.option(
    "--markdown", "shape", flag_value="markdown", help="Print docs/configuration.md's table."
)
@click.option("--env", "shape", flag_value="env", help="Print .env.example: every default.")
def command(shape: str | None) -> None:
    """Show every setting, its value here and its default; secrets stay hidden."""
    if shape == "markdown":
        click.echo(markdown(), nl=False)
    elif shape == "env":
        click.echo(example_file(), nl=False)
    else:
        complete(_show)


async def _show() -> None:
    here = Settings()
    rows = []
    for each in known():
        value = getattr(here, each.field)
        shown = HIDDEN if each.secret and value is not None else written(value) or "unset"
        rows.append((each.name, shown, each.default or "unset", each.about))
    show_table(("setting", "here", "default", "what it does"), rows, "")


def known() -> Iterator[Setting]:
    """Yield every setting there is, in the order of the code."""
    for name, field in Settings.model_fields.items():
        example = str(field.examples[0]) if field.examples else ""
        about = field.description or ""
        yield Setting(name, written(field.default), example, about, _is_secret(field))


def markdown() -> str:
    """Return the table of docs/configuration.md."""
    rows = ["| setting | default | example | what it does |", "|---|---|---|---|"]
    for each in known():
        default = f"`{each.default}`" if each.default else "unset"
        example = each.example if "`" in each.example or not each.example else f"`{each.example}`"
        about = f"*Secret.* {each.about}" if each.secret else each.about
        rows.append(f"| `{each.name}` | {default} | {example} | {about} |")
    return "".join(f"{row}\n" for row in rows)


def example_file() -> str:
    """Return the file .env.example."""
    return "\n".join(
        [HEAD, *(f"# {each.about}\n# {each.name}={each.default}\n" for each in known())]
    )


def written(value: Any) -> str:
    """Write a value as one would in the environment; nothing for what is unset."""
    return {None: "", True: "true", False: "false"}.get(value, str(value))


def _is_secret(field: FieldInfo) -> bool:
    return not field.repr or SecretStr in (field.annotation, *get_args(field.annotation))
