"""A webhook of a PMS is proven on its raw bytes, kept once, and answered at once (U2)."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest
from structlog.typing import EventDict

from jirani.connectors.connector import Outside
from jirani.connectors.wire.authority import MemoryTokens
from jirani.services.pms.accounts import StoredAccounts
from jirani.services.pms.connecting import connect, hook_path, register_hooks
from jirani.services.sealing import Sealer
from tests.app.http.conftest import Opening
from tests.support.looking import one
from tests.support.pretended_pms import Pretended
from tests.support.visiting import Site

pytestmark = pytest.mark.anyio
PROOF = {"x-secret": "proof-1", "content-type": "text/plain"}


@pytest.fixture
async def hooked(opening: Opening) -> Site:
    """A site whose business has just been connected, by another process."""
    pretended, services = Pretended(), opening.services
    outside = Outside(httpx2.AsyncClient(), MemoryTokens(), services.clock.now)
    connectors: Any = {pretended.name: pretended}
    here, there = (
        StoredAccounts(services.store, Sealer([b"k" * 32]), connectors, lambda: outside)
        for _ in range(2)
    )
    opening.services = replace(services, pms=here)
    site = await opening()
    secrets = {"login": "me", "key": "k"}
    await connect(
        services, there, site.business, "pretended", secrets, {}, host="host@example.com", by="me"
    )
    url = (site.business, "pretended", "https://chat.example.com")
    await register_hooks(services, there, *url, by="me")
    return site


async def post(site: Site, body: bytes, path: str = "", **headers: str) -> Any:
    path = path or hook_path(site.services, site.business, "pretended")
    async with site.client() as client:
        return await client.post(site.url + path, content=body, headers=headers)


async def kept(site: Site) -> int:
    found: int = await one(site.services.store, "SELECT count(*) FROM pms_events")
    return found


async def test_a_proven_webhook_is_kept_once_whatever_its_body_is(hooked: Site) -> None:
    for body in (b'{"a": 1}', b"not json at all", b"\xf0\x9f\x98\x80" * 50_000):
        for _ in range(2):
            answer = await post(hooked, body, **PROOF)
            assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert await kept(hooked) == 3
    path = hook_path(hooked.services, hooked.business, "pretended")
    assert (await post(hooked, b"{}", f"{path}/booking_change", **PROOF)).status_code == 200


async def test_what_proves_nothing_is_refused_alike_and_changes_nothing(
    hooked: Site, logs: list[EventDict]
) -> None:
    path = hook_path(hooked.services, hooked.business, "pretended")
    guesses = [
        (path, {}),
        (path, {"x-secret": "proof-2"}),
        (path[:-1] + "x", PROOF),
        (path.replace(hooked.business, "elsewhere"), PROOF),
        (path.replace("pretended", "hostaway"), PROOF),
    ]
    answers = [await post(hooked, b"{}", at, **headers) for at, headers in guesses]
    assert {each.status_code for each in answers} == {401}
    assert len({each.text for each in answers}) == 1
    assert (await post(hooked, b"\xff\xfe", **PROOF)).status_code == 401
    assert (await post(hooked, b"x" * (1024 * 1024 + 1), **PROOF)).status_code == 413
    assert await kept(hooked) == 0
    assert "proof-" not in repr(logs)


async def test_who_guesses_on_and_on_is_slowed_down(hooked: Site) -> None:
    answers = [(await post(hooked, b"{}")).status_code for _ in range(40)]
    assert (answers[0], answers[-1]) == (401, 429)
    assert (await post(hooked, b"{}", **PROOF)).status_code == 200
