"""`jirani serve`: the chat page and the HTTP API."""

import errno
import os
import socket
import sys
import webbrowser
from contextlib import suppress

import click

from agent.models import UnknownModel
from app.chat.channel import TerminalChannel
from app.commands.running import Failed, businesses, complete
from app.commands.scheduler import NOBODY
from app.demo import ensure_demo
from app.http.serving import listen, opened_door, serve
from app.settings import Settings
from app.speaking import guest_of, model_of
from app.wiring import opened_with_news
from jirani.services.log import log


@click.command()
@click.option("--host", metavar="ADDRESS", help="Where to listen; JIRANI_HOST unless told.")
@click.option("--port", type=click.IntRange(0, 65535), help="JIRANI_PORT unless told; 0: any.")
@click.option(
    "--jobs/--no-jobs",
    default=True,
    show_default=True,
    help="Also do here what `jirani scheduler` does.",
)
@click.option("--open", "show", is_flag=True, help="Open the chat page in a browser.")
def command(host: str | None, port: int | None, jobs: bool, show: bool) -> None:
    """Serve the chat page and the HTTP API until asked to end; turns under way are finished."""

    async def main() -> None:
        settings = Settings()
        where = (host or settings.host, settings.port if port is None else port)
        with _listening(*where) as listening:
            chosen = model_of(settings)
            others = TerminalChannel(NOBODY, log.error)
            async with (
                opened_with_news(settings, channel=others) as (services, news),
                guest_of(services, settings, chosen) as guest,
            ):
                if settings.database_url is None and not await businesses(services):
                    await ensure_demo(services)  # something to try; a real database is left alone
                async with opened_door(services, news, guest, settings, jobs=jobs) as door:
                    address = _address(listening)
                    click.echo(f"Jirani is at {address} (Ctrl-C ends it)")
                    if show:
                        _show(address)
                    await serve(door, settings, listening)

    try:
        complete(main)
    except UnknownModel as error:
        raise Failed(str(error)) from error


def _listening(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            hint = "choose another with --port, or with JIRANI_PORT for `make run`"
            raise Failed(f"Port {port} is in use; {hint}.") from error
        raise Failed(f"Cannot listen on {host} port {port}: {error.strerror}.") from error


def _address(listening: socket.socket) -> str:
    """Write where a browser on this machine finds it."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{host}:{port}/"


def _show(address: str) -> None:
    """Open a browser where there is a screen for one; the page waits for the server."""
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        with suppress(webbrowser.Error):
            webbrowser.open(address)
