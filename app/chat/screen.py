"""A terminal with somebody at it: words arrive above the line being typed."""

import asyncio
import io
import sys
import termios
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from app.chat.waiting import line_from

typed: Callable[[], str] | None = None
with suppress(ImportError):  # a Python without it has plain lines, and nothing to redraw
    from readline import get_line_buffer as typed  # its import gives `input` editing and history

MARK = "\u203a "
BOLD, PLAIN, PASTES_PLAIN = "\033[1m", "\033[0m", "\033[?2004l"


class Screen:
    """Asks for lines and shows what is said, never across each other."""

    def __init__(self) -> None:
        for stream in (sys.stdin, sys.stdout):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        self.console = Console(highlight=False)
        self._draws = self.console.is_terminal and not self.console.is_dumb_terminal
        self._asking = False

    async def ask(self) -> str:
        """Wait for a line. Raises EOFError when there is none anymore."""
        # Between \001 and \002 the line editor expects what takes no room.
        mark = f"\001{BOLD}\002{MARK}\001{PLAIN}\002" if self._draws and typed else MARK
        terminal = termios.tcgetattr(sys.stdin)
        self._asking = True
        try:
            return await line_from(partial(input, mark))
        except (EOFError, asyncio.CancelledError):
            # The line editor may stay behind, reading; the terminal is put in order for it.
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, terminal)
            self._write(f"{PASTES_PLAIN}\n" if self._draws and typed else "\n")
            raise
        finally:
            self._asking = False

    def said(self, text: str) -> None:
        """Show what the business says."""
        row = Table.grid(padding=(0, 1))
        row.add_row(Text("●", "cyan"), Text(text))
        self.show(row, "")

    def note(self, text: str) -> None:
        """Show a remark from outside the conversation."""
        self.show(Text(text, "dim"), "")

    def show(self, *what: RenderableType) -> None:
        """Print, keeping the line being typed below."""
        line = typed() if typed and self._asking and self._draws else None
        if line is not None:
            rows = cell_len(MARK + line) // self.console.width
            self._write(f"\033[{rows}A\r\033[J" if rows else "\r\033[J")
        for each in what:
            self.console.print(each)
        if line is not None:
            self._write(f"{BOLD}{MARK}{PLAIN}{line}")

    def thinking(self) -> AbstractContextManager[object]:
        """Show, for the block, that an answer is on its way."""
        return self.console.status("", spinner="point") if self._draws else nullcontext()

    def _write(self, text: str) -> None:
        self.console.file.write(text)
        self.console.file.flush()


class Remarks(io.TextIOBase):
    """A standard error whose lines (warnings of the log) do not disturb the typing."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def write(self, text: str) -> int:
        """Show a line as a remark."""
        if text.strip():
            self._screen.note(text.rstrip())
        return len(text)
