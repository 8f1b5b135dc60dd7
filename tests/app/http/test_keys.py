"""An API key opens its own business, as far as its role goes, until it is revoked."""

import json
from typing import Any

import httpx
import pytest
from structlog.typing import EventDict

from jirani.rules.facts import Role
from tests.support.salon import open_salon
from tests.support.visiting import Site

pytestmark = pytest.mark.anyio
CSV = {"Content-Type": "text/csv"}
SERVICES = "name,minutes,price\nManicure,45,1200\n"
VIEWING = ("", "/services", "/staff", "/relations", "/knowledge", "/appointments", "/dials")


async def tried(site: Site, token: str | None, method: str, path: str) -> int:
    """Return the status that a call gets."""
    bodies: dict[str, dict[str, Any]] = {
        "PATCH": {"json": {"tone": "playful"}},
        "PUT": {"content": SERVICES, "headers": CSV},
        "POST": {"json": {"name": "till", "role": "viewer"}},
    }
    path = path or f"{site.url}/v1/businesses/{site.business}"
    async with site.client(token) as client:
        how = bodies.get(method, {})
        return (await client.request(method, path, **how)).status_code


@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
async def test_each_role_goes_as_far_as_it_should(site: Site) -> None:
    keys = {role: await site.key(role) for role in Role}
    far = {Role.VIEWER: 0, Role.MANAGER: 1, Role.ADMIN: 2}
    calls = [("GET", path, 0, 200) for path in (*VIEWING, "/dials/changes")]
    calls += [("PATCH", "/dials", 1, 200), ("PUT", "/services", 1, 200)]
    calls += [("GET", "/keys", 2, 200), ("POST", "/keys", 2, 201), ("DELETE", "/keys/x", 2, 404)]
    for method, path, needed, expected in calls:
        for role, key in keys.items():
            status = await tried(site, key, method, path)
            assert status == (expected if far[role] >= needed else 403), (role, method, path)
        assert await tried(site, None, method, path) == 401


@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
async def test_a_key_of_another_business_is_no_key_here(site: Site) -> None:
    other = await open_salon(site.services, slug="other")
    key = await site.key(Role.ADMIN, other.id)
    for path in (*VIEWING, "/keys"):
        assert await tried(site, key, "GET", path) == 401
    url = f"{site.url}/v1/businesses/other/services"
    assert await tried(site, key, "GET", url) == 200


async def test_what_is_almost_a_key_is_none(site: Site) -> None:
    key = await site.key(Role.ADMIN)
    others = ("x", key[:-1], key + "A", key.upper(), key.replace("jk_", "jt_"), "jk_", "é" * 40)
    for header in (*(f"Bearer {each}" for each in others), f"Basic {key}", key, "Bearer"):
        headers = [(b"Authorization", header.encode("latin-1"))]
        async with site.client() as client:
            answer = await client.get("/keys", headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.headers["content-type"] == "application/problem+json"
        assert key[30:] not in answer.text


async def test_a_threads_token_is_no_key_and_a_key_no_token(site: Site) -> None:
    async with site.visitor() as visitor:
        assert await tried(site, visitor.token, "GET", "/services") == 401
        assert await tried(site, await site.key(Role.ADMIN), "GET", visitor.path) == 403


async def made(client: httpx.AsyncClient, **wanted: str) -> dict[str, str]:
    answer = await client.post("/keys", json=wanted)
    assert answer.status_code == 201
    key: dict[str, str] = answer.json()
    return key


@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
async def test_a_key_is_made_shown_once_used_and_revoked(site: Site, logs: list[EventDict]) -> None:
    admin = await site.key(Role.ADMIN)
    async with site.client(admin) as client:
        new = await made(client, name="calendar sync")
        assert new["role"] == "viewer"
        assert await tried(site, new["secret"], "GET", "/services") == 200
        listed = await client.get("/keys")
        assert new["secret"] not in listed.text
        assert "secret_hash" not in listed.text
        [shown] = [each for each in listed.json() if each["id"] == new["id"]]
        assert shown["last_used_at"]
        assert "API key" in shown["created_by"]
        for _ in range(2):
            assert (await client.delete(f"/keys/{new['id']}")).status_code == 204
        assert await tried(site, new["secret"], "GET", "/services") == 401
        own = admin.split("_")[1]
        assert (await client.delete(f"/keys/{own}")).status_code == 409
    assert new["secret"].split("_", 2)[2] not in json.dumps(logs, default=str)


NO_KEYS = [
    {"name": "\x00"},
    {"name": "B\u0086"},
    {"name": "  "},
    {"name": "x" * 61},
    {"name": "x", "role": "owner"},
    {"name": "x", "secret_hash": "0"},
    {"role": "viewer"},
]


async def test_a_key_needs_a_name_of_one_line_and_a_role_there_is(site: Site) -> None:
    async with site.client(await site.key(Role.ADMIN)) as client:
        for wanted in NO_KEYS:
            answer = await client.post("/keys", json=wanted)
            assert (answer.status_code, bool(answer.json()["errors"])) == (422, True), wanted
        assert len((await client.get("/keys")).json()) == 1
