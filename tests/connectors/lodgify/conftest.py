"""One account with Lodgify, and the web it asks."""

from collections.abc import AsyncIterator, Callable, Iterator

import httpx2
import pytest
import respx

from jirani.connectors.connector import Outside
from jirani.connectors.lodgify.connector import LODGIFY
from jirani.connectors.pms import Pms
from jirani.connectors.wire.authority import MemoryTokens
from tests.support.lodgify_wire import BASE, NOW, account
from tests.support.web import Httpx2Mocker


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    with respx.mock(using=Httpx2Mocker.name, base_url=BASE, assert_all_called=False) as router:
        yield router


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    async with httpx2.AsyncClient(trust_env=False, verify=False) as client:
        yield Outside(client, MemoryTokens(), lambda: NOW)


@pytest.fixture
def opened(outside: Outside) -> Callable[..., Pms]:
    """Open the account with some options."""
    return lambda **options: LODGIFY.open(account(**options), outside)


@pytest.fixture
def pms(opened: Callable[..., Pms]) -> Pms:
    return opened()
