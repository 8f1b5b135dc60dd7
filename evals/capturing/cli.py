"""`jirani eval capture`: a stored conversation becomes a scenario."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from agent.models import OFFLINE, UnknownModel
from app.commands.running import Failed, complete
from app.settings import Settings
from app.speaking import model_of
from evals.capturing.capture import Captured, capture
from evals.capturing.recording import NothingToCapture
from evals.capturing.source import businesses, opened_source
from evals.ground import Ground, ground
from evals.rules import RULES
from evals.runner import attempt
from evals.scenario import Unusable, load
from jirani.services.onboarding import Refused
from jirani.store.work import Store

COPY = " Is it a back-up? Let `jirani migrate` open the copy once, then capture from it."
DIFFERS = "CAREFUL: played again, this conversation does not end as it did."


class Uncaptured(Failed):
    """There is nothing to capture, or it cannot be read; exit code 2."""

    exit_code = 2


@click.command("capture")
@click.argument("thread_id", metavar="THREAD")
@click.option("--business", "slug", metavar="SLUG", help="Whose it is; looked for unless told.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it; printed unless told.",
)
@click.option("--title", help="What happens, in one sentence.")
@click.option(
    "--covers", multiple=True, metavar="RULE", help="A rule it protects; may be repeated."
)
@click.option("--whole", is_flag=True, help="With all other conversations of the same guest.")
@click.option("--check/--no-check", default=True, help="Play it and compare how it ends.")
@click.option("--model", default=OFFLINE, show_default=True, help="Who answers in that check.")
def command(
    thread_id: str,
    slug: str | None,
    out: Path | None,
    title: str | None,
    covers: tuple[str, ...],
    whole: bool,
    check: bool,
    model: str,
) -> None:
    """Make a scenario of the stored conversation THREAD, without the guest's personal data.

    THREAD is an id from `jirani threads list`; conversations that followed it come with it. The
    database is only read. Ends with 1 if the scenario, played again, does not end the same way,
    and with 2 if there is nothing to capture.
    """
    why: list[str] = []

    async def main() -> None:
        if unknown := sorted(set(covers) - RULES.keys()):
            raise Refused([f"There is no rule {', '.join(unknown)}; see `jirani eval coverage`."])
        settings = Settings()
        with ground(model_of(settings, model)) as made:
            async with opened_source(settings) as store:
                business_id = await _of(store, thread_id, slug)
                captured = await capture(
                    store,
                    business_id,
                    thread_id,
                    made,
                    title=title,
                    covers=covers,
                    whole=whole,
                    region=settings.phone_region,
                )
            if check:
                why.extend(await differences(made, captured))
        _put(captured.text([DIFFERS, *(f"- {each}" for each in why)] if why else []), out)

    try:
        complete(main)
    except (NothingToCapture, UnknownModel, Failed) as error:
        hint = COPY if "readonly database" in str(error) else ""
        raise Uncaptured(f"{error}{hint}") from error
    if why:
        click.echo(f"{DIFFERS}\n" + "\n".join(f"  - {each}" for each in why), err=True)
        raise SystemExit(1)
    if check:
        click.echo("Played again, it ends the same way.", err=True)


async def differences(ground: Ground, captured: Captured) -> list[str]:
    """Play a captured scenario; return in what it does not end as the conversation did."""
    with TemporaryDirectory(prefix="captured-") as folder:
        file = Path(folder) / "captured.yaml"
        file.write_text(captured.text(), "utf-8")
        try:
            return list((await attempt(ground, load(file), seed=0)).why)
        except Unusable as unusable:
            return [each.replace(str(file), "the file") for each in unusable.errors]


async def _of(store: Store, thread_id: str, slug: str | None) -> str:
    """Find whose conversation it is. Raises Refused."""
    known = await businesses(store)
    chosen = [each for each in known if slug in (None, each.slug)]
    if slug and not chosen:
        names = ", ".join(each.slug for each in known)
        raise Refused([f"There is no business {slug!r}; there are: {names or 'none yet'}."])
    for business in chosen:
        async with store.read(business.id) as work:
            try:
                await work.threads.get(thread_id)
            except LookupError:
                continue
            return business.id
    raise Refused([f"There is no conversation {thread_id!r}; see `jirani threads list`."])


def _put(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")
        click.echo(f"Written to {out}.", err=True)
