"""What every command shares: its services, its business, and errors as clear lines."""

import asyncio
import functools
import getpass
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, BinaryIO, Concatenate, ParamSpec

import click
from pydantic import ValidationError

from app.demo import SLUG, ensure_demo
from app.settings import Settings, UnreadableEnvFile
from app.wiring import opened
from jirani.rules.facts import Business
from jirani.services import Services
from jirani.services.onboarding import Refused
from jirani.store.faults import connections_ended, database_problem
from jirani.store.migrate import WrongSchema
from jirani.store.redis_server import RedisUnavailable
from prompts.library import PromptError

P = ParamSpec("P")

business_option = click.option(
    "--business", "slug", metavar="SLUG", help="Which business; the only one unless told."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class Failed(click.ClickException):
    """A failure in clear lines on standard error, exit code 1."""

    def show(self, file: object = None) -> None:
        """Print the lines."""
        for line in self.message.splitlines():
            click.echo(line, err=True)


def run(body: Callable[Concatenate[Services, P], Awaitable[None]]) -> Callable[P, None]:
    """Turn an async body that wants the services into what click calls."""

    @functools.wraps(body)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        async def main() -> None:
            async with opened() as services:
                await body(services, *args, **kwargs)

        complete(main)

    return command


def complete(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a command's body to its end; what can go wrong with it becomes Failed."""

    async def to_the_end() -> None:
        try:
            await main()
        finally:
            await connections_ended()

    try:
        asyncio.run(to_the_end())
    except (Refused, RedisUnavailable, PromptError, WrongSchema, UnreadableEnvFile) as error:
        raise Failed(str(error)) from error
    except BrokenPipeError:  # whoever read our output has left: click's to handle
        raise
    except Exception as error:
        if problem := _settings_problem(error) or database_problem(error):
            raise Failed(problem) from error
        if isinstance(error, OSError) and error.filename:
            raise Failed(f"{error.filename}: {error.strerror}.") from error
        raise


def _settings_problem(error: Exception) -> str | None:
    if not isinstance(error, ValidationError) or error.title != Settings.__name__:
        return None
    return "\n".join(
        f"JIRANI_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}."
        for each in error.errors()
    )


async def business_of(services: Services, slug: str | None) -> Business:
    """Find the business a command is about: the one named, else the only one there is.

    Where there is none at all, that is the demo salon. Raises Refused, naming those that exist.
    """
    known = await businesses(services)
    if slug == SLUG or (slug is None and not known):
        id = await ensure_demo(services)
        return await _load(services, id)
    names = ", ".join(business.slug for business in known)
    found = [business for business in known if slug in (None, business.slug)]
    if len(found) == 1:
        return found[0]
    if slug is None:
        raise Refused([f"There are several businesses; choose one with --business: {names}."])
    raise Refused([f"There is no business {slug!r}; there are: {names or 'none yet'}."])


async def businesses(services: Services) -> list[Business]:
    """Return every business, oldest first."""
    async with services.store.queues() as queues:
        known = await queues.businesses()
    return [await _load(services, id) for id, _ in known]


async def _load(services: Services, id: str) -> Business:
    async with services.store.read(id) as work:
        return await work.business.get()


def text_of(file: BinaryIO) -> str:
    """Read a file's text. Raises Refused unless it is UTF-8."""
    try:
        return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused([f"The file is not UTF-8 text ({error}); save it as CSV UTF-8."]) from error


def at_keyboard() -> str:
    """Name the person at the keyboard, for the audit."""
    try:
        return f"{getpass.getuser()[:60]} (command line)"
    except (KeyError, OSError):  # a container may run under a number without a name
        return "command line"
