"""A process beside the measuring one, talked to line by line."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from subprocess import DEVNULL

LONGEST = 1 << 26  # of a line it says
PATIENCE = 10  # seconds, until one that does not end by itself is killed


class Child:
    """A module that runs in a process of its own."""

    def __init__(self, process: Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("a process that is talked to needs both pipes")
        self._process, self._told, self._says = process, process.stdin, process.stdout

    @classmethod
    async def started(cls, module: str, *arguments: str, quiet: bool = False) -> "Child":
        """Start a module; `quiet`: nobody sees what it complains of."""
        errors = DEVNULL if quiet else None
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *arguments),
            stdin=PIPE,
            stdout=PIPE,
            stderr=errors,
            limit=LONGEST,
        )
        return cls(process)

    async def heard(self) -> bytes:
        """Return the next line it says; nothing if it has ended."""
        return await self._says.readline()

    def tell(self, line: str) -> None:
        """Write it a line."""
        self._told.write(f"{line}\n".encode())

    async def ended(self) -> None:
        """Wait until it has ended by itself."""
        await self._process.wait()

    async def end(self) -> None:
        """Let it end: it hears that nothing more comes, and is killed if that does not help."""
        if self._process.returncode is not None:
            return
        self._told.close()
        try:
            await asyncio.wait_for(self._process.wait(), PATIENCE)
        except TimeoutError:
            self.kill()
            await self._process.wait()

    def kill(self) -> None:
        """End it at once, if it runs."""
        if self._process.returncode is None:
            self._process.kill()
