"""Addresses as operators write them: of databases, Redis servers, models and mail servers."""

from urllib.parse import urlsplit

from pydantic_core import PydanticCustomError

DATABASES = ("postgresql+asyncpg", "sqlite+aiosqlite")
REDISES = ("redis", "rediss", "unix")
WEB = ("http", "https")
SMTP = ("smtp", "smtps", "smtp+plain")


def starting_with(schemes: tuple[str, ...], url: str, example: str) -> str:
    """Return an address if its scheme is known and it names a place; else say what to write."""
    try:
        parts = urlsplit(url)
        port_is_a_number = parts.port != 0
    except ValueError:
        port_is_a_number = False
    if not port_is_a_number or parts.scheme not in schemes or not (parts.netloc or parts.path):
        raise PydanticCustomError("address", "write an address such as {it}", {"it": example})
    return url
