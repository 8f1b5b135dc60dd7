"""Secrets of hosts, sealed before they are kept: a copy of the database opens nothing."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST = 16  # bytes of a key


class NotOurs(Exception):
    """It cannot be opened: sealed with another key, for somebody else, or damaged."""


class Sealer:
    """Seals with the first key and opens with any: a new one is put in front of the old ones."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Raises ValueError for no key, or one that is too short to protect anything."""
        if not keys or any(len(key) < SHORTEST for key in keys):
            raise ValueError(f"a key has at least {SHORTEST} bytes")
        self._keys = MultiFernet([Fernet(_derived(key)) for key in keys])

    def seal(self, what: Mapping[str, Any], whose: str) -> str:
        """Seal values that JSON can hold, for one owner."""
        said = json.dumps({"of": whose, "is": dict(what)}, sort_keys=True)
        return self._keys.encrypt(said.encode()).decode("ascii")

    def open(self, sealed: str, whose: str) -> dict[str, Any]:
        """Open what was sealed for this owner; raises NotOurs."""
        try:
            said = json.loads(self._keys.decrypt(sealed.encode()))
        except (InvalidToken, UnicodeEncodeError):
            raise NotOurs("sealed with another key, or damaged") from None
        if said["of"] != whose:
            raise NotOurs("sealed for somebody else")
        opened: dict[str, Any] = said["is"]
        return opened


def _derived(key: bytes) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"jirani sealing 1")
    return base64.urlsafe_b64encode(derive.derive(key))
