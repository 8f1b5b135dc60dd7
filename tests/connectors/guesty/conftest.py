"""A desk at which Guesty is asked."""

from collections.abc import AsyncIterator

import httpx2
import pytest
import respx

from tests.support.guesty import BASE, Desk
from tests.support.web import Httpx2Mocker


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    mocked = respx.mock(using=Httpx2Mocker.name, base_url=BASE, assert_all_called=False)
    with mocked as web:
        async with httpx2.AsyncClient(trust_env=False, verify=False) as client:
            yield Desk(web, client)
