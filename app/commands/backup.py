"""`jirani backup`: a copy of the data folder that can take its place."""

import os
import shutil
from pathlib import Path
from tempfile import mkdtemp

import click

from app.commands.running import Failed, complete
from app.settings import Settings
from jirani.store.backup import NoBackup, back_up


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Copy SQLite's data into a new FOLDER while everything runs; it can serve as the data folder.

    Left out is what Redis holds: it may be lost at any time.
    """
    complete(lambda: _back_up(Settings(), folder))


async def _back_up(settings: Settings, folder: Path) -> None:
    if folder.exists():
        raise Failed(f"{folder} is there already; name a new folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside it, and open to nobody else; it gets its name when it is whole.
    half = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        copy = half / "jirani.db"
        copy.touch(mode=0o600)
        back_up(settings.database, copy)
        for name in ("callback.secret", "sealing.key"):
            if (secret := settings.data_dir / name).exists():
                shutil.copy2(secret, half)
        os.rename(half, folder)
    except NoBackup as error:
        raise Failed(str(error)) from error
    finally:
        shutil.rmtree(half, ignore_errors=True)
    size = (folder / "jirani.db").stat().st_size
    click.echo(f"Backed up to {folder} ({size / 1e6:.1f} MB).")
