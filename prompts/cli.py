"""`jirani prompts`: check the words, and see them as a guest would."""

from pathlib import Path

import click

from prompts.checking import check, files
from prompts.library import PromptError, Prompts, own_folder
from prompts.sections import LANGUAGES, TONES
from prompts.texts import Text

FOLDER = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=own_folder,
    help="A folder like prompts/; the installed words unless told.",
)


@click.group()
def prompts() -> None:
    """The words a guest reads and a model is told."""


@prompts.command("check")
@FOLDER
def check_command(folder: Path) -> None:
    """Name the file and line of everything wrong; exit 1 if anything is."""
    count = len(files(folder))
    if not count:
        raise click.ClickException(f"{folder} holds no texts/, instructions/ or dials/.")
    problems = check(folder)
    for file, line, message in problems:
        click.echo(f"{_shown(file)}:{line}: {message}")
    if problems:
        raise SystemExit(1)
    click.echo(f"{count} files, no problems")


@prompts.command()
@click.argument("name", required=False)
@click.option("--business", help="The name to put where the business's name goes.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Only this language.")
@click.option("--tone", type=click.Choice(TONES), help="As a business with this tone says it.")
@FOLDER
def show(
    name: str | None, business: str | None, language: str | None, tone: str | None, folder: Path
) -> None:
    """Render one text with its examples; without a NAME, list what there is."""
    library = Prompts(folder)
    try:
        if name is None:
            for text in library.texts():
                click.echo(f"{text.name:24} {text.description}")
        else:
            click.echo(_rendered(library.text(name), business, language, tone))
    except PromptError as error:
        raise click.ClickException(f"{error}.") from error


def _rendered(text: Text, business: str | None, language: str | None, tone: str | None) -> str:
    """Show each section, or what each language says in the one tone asked for."""
    parts = [f"{text.name}: {text.description}"]
    for spoken in (language,) if language else LANGUAGES:
        values = text.examples(spoken) | ({"business": business} if business else {})
        keys = [key for key in text.sections if key.split(".")[0] == spoken]
        chosen = {f"{spoken}, {tone}": text.section(spoken, tone)} if tone else None
        for key, section in (chosen or {key: text.sections[key] for key in keys}).items():
            parts.append(f"[{key}]\n{section.template.render(values)}")
    return "\n\n".join(parts)


def _shown(file: Path) -> Path:
    """Name a file as seen from here, so that an editor can open it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
