"""The chat line by line: each line is answered before the next is read."""

import io
import json
import sys
from collections.abc import AsyncIterator
from typing import BinaryIO

import click
from rich.console import Console

from app.chat.conversation import Conversation
from app.chat.record import record
from app.chat.trace import trace_of
from app.chat.waiting import line_from


async def piped(talk: Conversation, heard: list[str], *, as_json: bool, trace: bool) -> None:
    """Answer every line of standard input; empty ones too, for a guest can send nothing.

    What arrives a moment after a reply (`heard`: payment received) belongs to that reply.
    """
    async for text in _lines():
        turned = await talk.say(text)
        await talk.catch_up()
        reply = "\n".join(filter(None, (turned.reply, *heard)))
        heard.clear()
        if as_json:
            _write(json.dumps(await record(talk, text, turned, reply), ensure_ascii=False))
        else:
            _write(f"{reply}\n")
        if trace:
            Console(stderr=as_json, highlight=False).print(trace_of(turned), "")


async def _lines() -> AsyncIterator[str]:
    stdin = _stdin()
    while line := await line_from(stdin.readline):
        text = line.decode("utf-8-sig", errors="replace").removesuffix("\n").removesuffix("\r")
        yield text.replace("\0", "\N{REPLACEMENT CHARACTER}")  # PostgreSQL's text knows no zero


def _stdin() -> BinaryIO:
    # Not sys.stdin's own buffer: Python cannot end while somebody waits in that.
    try:
        return open(sys.stdin.fileno(), "rb", closefd=False)
    except io.UnsupportedOperation:  # no file at all, but what a test has put there
        return sys.stdin.buffer


def _write(text: str) -> None:
    # Bytes, so that a program gets UTF-8 whatever the terminal's language is; flushed at once.
    click.echo(text.encode(errors="replace"))
