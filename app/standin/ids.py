"""Ids as each PMS has them, for things that have names of ours in the world behind it."""

import hashlib
import uuid


class Ids:
    """Gives every thing one id of each form, and finds it again by the id."""

    def __init__(self) -> None:
        self._refs: dict[tuple[str, str], str] = {}
        self._numbers: dict[tuple[str, str], int] = {}

    def number(self, kind: str, ref: str) -> int:
        """Return a thing's id as a number; no two things of any kind share one."""
        if (kind, ref) not in self._numbers:
            self._numbers[kind, ref] = 9_000_001 + len(self._numbers)
        id = self._numbers[kind, ref]
        self._refs[kind, str(id)] = ref
        return id

    def hexed(self, kind: str, ref: str) -> str:
        """Return a thing's id as 24 hex digits."""
        id = hashlib.blake2s(f"{kind}:{ref}".encode(), digest_size=12).hexdigest()
        self._refs[kind, id] = ref
        return id

    def uuid(self, kind: str, ref: str) -> str:
        """Return a thing's id as a UUID."""
        id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}:{ref}"))
        self._refs[kind, id] = ref
        return id

    def ref(self, kind: str, id: object) -> str | None:
        """Return whose id it is; None if it was given to nothing of that kind."""
        return self._refs.get((kind, str(id)))
