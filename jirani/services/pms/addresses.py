"""Addresses over which guests' names may come and go: nobody on the way reads along."""

from urllib.parse import urlsplit

HERE = frozenset(("127.0.0.1", "localhost", "::1"))


def is_private(address: str) -> bool:
    """Tell whether an address is encrypted on its way, or never leaves this machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port  # a port that is none is found out here
    except ValueError:
        return False
    if not host or parts.query or parts.fragment or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in HERE)
