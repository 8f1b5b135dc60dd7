"""Secrets that are made once and kept in the data folder, where none is set."""

import secrets
from contextlib import suppress
from pathlib import Path


def kept_secret(folder: Path, name: str) -> bytes:
    """Return what is kept under a name, made first where there is nothing yet."""
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(f".{secrets.token_hex(4)}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_hex(32), encoding="ascii")
        with suppress(FileExistsError):  # another process was faster: its secret is the one
            path.hardlink_to(made)
        made.unlink()
    return path.read_bytes()
