"""Statements are compiled once a test process, not once for every test's own engine."""

from collections.abc import Hashable
from typing import Any

import pytest
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from jirani.store import engine


class _Compiled(dict[tuple[Hashable, ...], Any]):
    """What SQLAlchemy's `compiled_cache` takes; engines of one kind of database share it.

    A key begins with the engine's own dialect object: all of a kind compile to the same.
    """

    def get(self, key: tuple[Hashable, ...], default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: tuple[Hashable, ...], compiled: Any) -> None:
        if len(self) >= 5000:
            self.clear()
        super().__setitem__(key[1:], compiled)


def share_compiled(patch: pytest.MonkeyPatch) -> None:
    """Let every engine that is opened from now on share what was compiled."""
    caches: dict[str, _Compiled] = {}

    def create(url: str | URL, **options: Any) -> AsyncEngine:
        cache = caches.setdefault(make_url(url).drivername, _Compiled())
        return create_async_engine(url, execution_options={"compiled_cache": cache}, **options)

    patch.setattr(engine, "create_async_engine", create)
