"""What the door gives away, and to whom: tokens, keys, redirects, files, other people's data."""

import ast
import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from app.http.application import application
from app.http.guests import thread_id_of
from app.page import page_files
from jirani.rules.facts import Role
from jirani.services import Services
from jirani.services.keys import create_key
from jirani.services.onboarding import create_business
from jirani.store.engine import open_engine
from jirani.store.work import Store
from tests.support.looking import one
from tests.support.salon import Salon
from tests.support.strangers import MARK, planted
from tests.support.visiting import Site, open_site

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
PACKAGES = ("agent", "app", "jirani", "prompts", "scheduler", "tools")


@pytest.fixture
def database(sqlite_database: URL) -> URL:
    return sqlite_database


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with capture_logs():
        yield


@pytest.fixture
async def site(salon: Salon, services: Services, redis_client: Redis) -> AsyncIterator[Site]:
    async with open_site(services, redis_client, salon.id) as opened:
        yield opened


# --- other people's data


async def test_a_guest_finds_nothing_of_another_guest_anywhere(site: Site) -> None:
    async with site.visitor() as other, site.visitor() as visitor:
        for line in ("a manicure tomorrow at 2", "yes", "no", f"{MARK} Zuhura, 0733 111 222"):
            await other.say(line)
        sql = "SELECT customer_id FROM threads WHERE peer = :peer"
        customer = await one(site.services.store, sql, peer=other.id)
        marks = await planted(site.services.store, site.business, customer)
        assert len(marks) > 15
        heard: list[object] = []
        for line in ("hello", "a facial tomorrow at 3", "a manicure tomorrow at 2", "yes", "no"):
            heard += await visitor.say(line)
        for id in (*marks, other.id, other.token):
            for choice in (f"offer:{id}:yes", f"proposal:{id}:yes"):
                answer = await visitor.post({"choice": choice[:120]})
                assert answer.status_code in (422, 429)
                heard.append(answer.text)
            for path in (f"/threads/{id}", f"/threads/{id}/events"):
                heard.append((await visitor.client.get(path)).text)
        heard.append(await visitor.read())
        seen = f"{heard}"
    assert "Tuesday 24 November" in seen
    assert [mark for mark in [*marks, other.token] if mark in seen] == []


async def test_a_key_opens_nothing_of_another_business(site: Site) -> None:
    services = site.services
    made = await create_business(services, "Spa", zone="Africa/Nairobi", currency="KES")
    await create_key(services, made.id, "theirs", Role.ADMIN, "tests")
    marks = await planted(services.store, made.id)
    document = application(site.door).openapi()["paths"]
    lists = [path for path, how in document.items() if "get" in how and path.count("{") == 1]
    assert len(lists) > 8
    async with site.client(await site.key(Role.ADMIN)) as client:
        for path in lists:
            own = await client.get(f"{site.url}{path.replace('{business}', site.business)}")
            theirs = await client.get(f"{site.url}{path.replace('{business}', made.id)}")
            assert [mark for mark in marks if mark in own.text] == [], path
            assert theirs.status_code == 401 or path.endswith("/profile"), path


# --- tokens and keys


async def test_a_token_is_256_random_bits_and_only_its_hash_is_an_address(site: Site) -> None:
    tokens = set()
    async with site.client() as client:
        for _ in range(20):
            began = (await client.post("/threads")).json()
            assert re.fullmatch(r"jt_[\w-]{43}", began["token"], re.ASCII)
            assert began["id"] == thread_id_of(began["token"])
            assert began["token"][3:] not in json.dumps(began | {"token": ""})
            tokens.add(began["token"])
    _, secret = await create_key(site.services, site.business, "x", Role.VIEWER, "tests")
    assert re.fullmatch(r"jk_[0-9A-Z]{26}_[\w-]{43}", secret, re.ASCII)
    assert len(tokens) == 20


async def test_neither_a_token_nor_a_key_is_kept(site: Site, tmp_path: Path) -> None:
    key = await site.key(Role.ADMIN)
    async with site.visitor() as visitor, site.client(key) as client:
        await visitor.say("hello")
        assert (await client.get("/keys")).status_code == 200
        secrets = (visitor.token.encode(), key.split("_", 2)[2].encode())
    for file in Path(str(site.services.store.engine.url.database)).parent.glob("jirani.db*"):
        kept = file.read_bytes()
        assert not any(secret in kept for secret in secrets), file.name


async def test_no_address_takes_a_token(site: Site) -> None:
    """Addresses end up in logs, histories and Referer headers; a callback's path is the exception.

    There the provider leaves no choice (P2).
    """
    document = application(site.door).openapi()
    named = {
        (path, parameter["name"])
        for path, how in document["paths"].items()
        for operation in how.values()
        for parameter in operation.get("parameters", ())
        if re.search("token|secret|key|auth", parameter["name"], re.I)
        and parameter["in"] in ("path", "query")
    }
    assert named == {
        ("/hooks/pay/{business}/{payment}/{token}", "token"),
        # Beside what each PMS proves a webhook by: one of them proves it by a password alone.
        ("/hooks/pms/{business}/{pms}/{token}", "token"),
        ("/hooks/pms/{business}/{pms}/{token}/{event}", "token"),
        ("/v1/businesses/{business}/keys/{key}", "key"),  # the id of a key, not its secret
    }
    async with site.visitor() as visitor, site.client() as stranger:
        for name in ("token", "access_token", "key", "authorization"):
            answer = await stranger.get(visitor.path, params={name: visitor.token})
            assert answer.status_code == 401


def test_the_page_sends_its_token_in_a_header_only() -> None:
    scripts = "".join(
        source.decode() for name, source in page_files().items() if name.endswith(".js")
    )
    assert "Authorization" in scripts
    assert not re.search(r"[?&](?:access_)?token=", scripts)
    assert not re.search(r"(?:location|history)\.\w+\([^)]*token", scripts)
    assert not re.search(r"\binnerHTML\b|\bouterHTML\b|insertAdjacentHTML|\beval\(", scripts)


SECRET = re.compile(r"token|secret|hash|digest|signature|\bmac\b|password", re.I)


def compared_plainly() -> Iterator[str]:
    """Find secrets that are compared by ==, which stops at the first difference."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Compare) and any(
                    isinstance(each, ast.Eq | ast.NotEq) for each in node.ops
                ):
                    sides = [ast.unparse(each) for each in (node.left, *node.comparators)]
                    if any(SECRET.search(side) for side in sides):
                        yield f"{file.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"


# Hashes of files and model tokens to be counted are no secrets.
HARMLESS = re.compile(r"page_etag|if-none-match|token\[0\]|len\(|token\.|\.tokens|_TOKEN")


def test_secrets_are_compared_in_constant_time() -> None:
    assert [each for each in compared_plainly() if not HARMLESS.search(each)] == []


async def test_keys_of_one_business_are_out_of_reach_for_all_others(
    postgres_database: URL,
) -> None:
    store = Store(open_engine(postgres_database))
    async with store.engine.begin() as owner:
        for business in ("a", "b"):
            await owner.execute(
                text(
                    "INSERT INTO businesses (business_id, slug, name, vertical, zone, currency,"
                    " locale, payment_policy, created_at) VALUES (:b, :b, :b, 'salon',"
                    " 'Africa/Nairobi', 'KES', 'en', 'pay-first', now())"
                ),
                {"b": business},
            )
            await owner.execute(
                text(
                    "INSERT INTO api_keys (business_id, id, name, role, secret_hash, created_at,"
                    " created_by) VALUES (:b, :b, :b, 'admin', :b, now(), 'tests')"
                ),
                {"b": business},
            )
    async with store.begin("a") as work:
        seen = await work.session.scalars(text("SELECT business_id FROM api_keys"))
        assert list(seen) == ["a"]
        await work.session.execute(text("UPDATE api_keys SET role = 'viewer'"))
        await work.session.execute(text("DELETE FROM api_keys WHERE business_id = 'b'"))
    assert await one(store, "SELECT role FROM api_keys WHERE business_id = 'b'") == "admin"
    with pytest.raises(DBAPIError, match="permission denied"):
        async with store.queues() as queues:
            await queues.session.execute(text("SELECT id FROM api_keys"))
    await store.close()


# --- paths and headers


async def raw(site: Site, *lines: str) -> str:
    """Send a request exactly as written; return the answer."""
    port = int(site.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = "\r\n".join([*lines, "Connection: close", "", ""])
    writer.write(head.encode("latin-1"))
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode("latin-1")


OUTSIDE = (
    "../__init__.py",
    "../../settings.py",
    "..%2f..%2fsettings.py",
    "%2e%2e/%2e%2e/settings.py",
    "..%5c..%5csettings.py",
    "....//settings.py",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "__init__.py",
    "chat.js%00.py",
    "index.html/../../__init__.py",
)


@pytest.mark.parametrize("name", OUTSIDE)
async def test_only_the_parts_of_the_page_are_served(site: Site, name: str) -> None:
    answer = await raw(site, f"GET /chat/static/{name} HTTP/1.1", "Host: x")
    assert answer.startswith("HTTP/1.1 404") or answer.startswith("HTTP/1.1 400"), answer[:80]
    assert "import" not in answer
    assert "root:" not in answer


@pytest.mark.parametrize(
    "path",
    [
        *("/", "//evil.example/", "//evil.example", "/\\evil.example", "/chat/", "/chat/demo/"),
        *("/v1/businesses/demo/profile/", "/healthz/", "/?next=https://evil.example"),
    ],
)
async def test_nobody_is_led_to_another_site(site: Site, path: str) -> None:
    answer = await raw(
        site,
        f"GET {path} HTTP/1.1",
        "Host: evil.example",
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: gopher",
    )
    location = re.search(r"(?mi)^location: (.*?)\r$", answer)
    assert location is None or re.fullmatch(r"/chat/[a-z0-9-]+", location[1]), answer


@pytest.mark.parametrize("value", ["x\r\nSet-Cookie: a=b", "x\nSet-Cookie: a=b", "x\0y"])
async def test_no_header_comes_from_outside(site: Site, value: str) -> None:
    async with site.visitor() as visitor:
        for name in ("Idempotency-Key", "Accept", "If-None-Match", "Authorization"):
            answer = await raw(
                site,
                f"GET /v1/businesses/{site.business}{visitor.path} HTTP/1.1",
                "Host: x",
                f"{name}: {value}",
            )
            assert "set-cookie" not in answer.lower()


@pytest.mark.parametrize(
    "body",
    ["[" * 16_000, '{"text":' * 2_000, '{"a":' * 2_000 + "1" + "}" * 2_000, "9" * 16_000, "1e999"],
    ids=["lists", "objects", "closed objects", "a huge number", "infinity"],
)
async def test_a_body_made_to_break_the_reader_is_refused(site: Site, body: str) -> None:
    async with site.visitor() as visitor:
        path = f"{visitor.path}/messages"
        json_ = {"Content-Type": "application/json"}
        answers = [await visitor.client.post(path, content=body, headers=json_)]
        callback = f"{site.url}/hooks/pay/a/b/c"
        answers.append(await visitor.client.post(callback, content=body, headers=json_))
    async with site.client(await site.key(Role.ADMIN)) as client:
        answers.append(await client.patch("/dials", content=body, headers=json_))
    assert {each.status_code for each in answers} <= {400, 422}, answers
    assert all(len(each.content) < 20_000 for each in answers)


async def test_an_unproven_callback_is_slowed_down_before_it_fills_the_table(site: Site) -> None:
    said = {"provider_ref": "x", "state": "paid"}
    async with site.client() as client:
        answers = [
            (await client.post(f"{site.url}/hooks/pay/a/b/{number}", json=said)).status_code
            for number in range(35)
        ]
    assert answers == [200] * 30 + [429] * 5
    assert await one(site.services.store, "SELECT count(*) FROM payment_callbacks") == 30
