"""When the database cannot be used at all, in words for whoever runs a command."""

import socket

from sqlalchemy.exc import DBAPIError


def database_problem(error: Exception) -> str | None:
    """Say in one line why the database cannot be used, or None for any other error."""
    if isinstance(error, DBAPIError):
        reason = str(error.orig)
        if "database is locked" in reason:
            return "The database is busy; try again in a moment."
        # Without a statement it was the connection that failed.
        return None if error.statement else f"The database cannot be used: {reason}."
    if isinstance(error, (ConnectionError, TimeoutError, socket.gaierror)):
        return f"The database cannot be reached: {error}."
    return None
