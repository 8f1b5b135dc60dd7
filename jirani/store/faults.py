"""When the database cannot be used at all, in words for whoever runs a command."""

import asyncio
import re
import socket
import threading

from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# A parameter behind the address's question mark is handed to the driver as it is.
_UNKNOWN = re.compile(r"connect\(\) got an unexpected keyword argument ('\w+')")


def database_problem(error: Exception) -> str | None:
    """Say in one line why the database cannot be used, or None for any other error."""
    if isinstance(error, DBAPIError):
        reason = str(error.orig)
        if "database is locked" in reason:
            return "The database is busy; try again in a moment."
        if "prepared statement" in reason:
            return "A pooler seems to stand before the database: set JIRANI_DATABASE_POOLER=true."
        # Without a statement it was the connection that failed; or it was lost with one under way.
        lost = error.connection_invalidated or not error.statement
        return f"The database cannot be used: {reason}." if lost else None
    if isinstance(error, ArgumentError):
        return f"The database's address cannot be used: {error}."
    if isinstance(error, TypeError) and (unknown := _UNKNOWN.search(str(error))):
        return f"The database's address cannot be used: nobody knows its {unknown[1]}."
    if isinstance(error, PoolTimeout):
        return "The database is busy: every connection is in use."
    # A server that is away has also taken its socket's file along.
    no_socket = isinstance(error, FileNotFoundError) and error.filename is None
    if no_socket or isinstance(error, (ConnectionError, TimeoutError, socket.gaierror)):
        return f"The database cannot be reached: {error}."
    return None


async def connections_ended() -> None:
    """Wait for the threads of SQLite connections that could not be opened, at most a second each.

    aiosqlite does not wait for them: one that finds the event loop closed prints a stack trace.
    """
    ending = [one for one in threading.enumerate() if "_connection_worker_thread" in one.name]
    for thread in ending:
        await asyncio.to_thread(thread.join, 1)
