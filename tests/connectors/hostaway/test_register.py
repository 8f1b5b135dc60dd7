"""A business is connected: webhooks are asked for once, with a login that nobody else knows."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import respx

from jirani.connectors.connector import Account, Outside
from jirani.connectors.hooks import RawHook
from jirani.connectors.hostaway.connector import HOSTAWAY
from jirani.connectors.hostaway.settings import OPTIONS, Settings
from jirani.connectors.pms import PmsUnavailable, Wrong
from jirani.connectors.wire.authority import KeptToken, MemoryTokens, Token
from tests.support.pms_rigs import NOW, ONE_DAY
from tests.support.web import Httpx2Mocker

pytestmark = pytest.mark.anyio
URL = "https://jirani.example/hooks/b1/hostaway/9f3c"
HOOKS = "/webhooks/unifiedWebhooks"
SECRETS = {"account_id": "70001", "api_key": "key-secret-0001"}


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    with respx.mock(using=Httpx2Mocker.name, base_url=HOSTAWAY.base) as router:
        yield router


async def register(**options: str) -> dict[str, str]:
    tokens = MemoryTokens()
    account = Account("b1", "hostaway", SECRETS, options)
    tokens.kept[account.id] = KeptToken(Token("JWT", NOW + ONE_DAY))
    async with httpx2.AsyncClient(trust_env=False, verify=False) as client:
        outside = Outside(client, tokens, lambda: NOW)
        return dict(await HOSTAWAY.register(account, outside, URL))


def answered(result: Any) -> dict[str, Any]:
    return {"status": "success", "result": result}


async def test_webhooks_are_asked_for_with_a_login_of_their_own(web: respx.MockRouter) -> None:
    web.get(HOOKS).respond(json=answered([{"id": 3, "url": "https://other.example"}]))
    asked = web.post(HOOKS).respond(json=answered({"id": 7}))
    first, second = [await register(alert_email="ops@example.com") for _ in range(2)]
    assert json.loads(asked.calls[0].request.content) == {
        **{"isEnabled": 1, "url": URL, "alertingEmailAddress": "ops@example.com"},
        **{"login": first["webhook_login"], "password": first["webhook_password"]},
    }
    assert first["webhook_password"] != second["webhook_password"]
    assert len(first["webhook_password"]) >= 40
    account = Account("b1", "hostaway", SECRETS | first)
    with httpx2.Client(verify=False) as client:
        proof = client.build_request("GET", URL)
    auth = httpx2.BasicAuth(first["webhook_login"], first["webhook_password"])
    (request,) = auth.auth_flow(proof)
    raw = RawHook({"authorization": request.headers["authorization"]}, b"{}")
    assert HOSTAWAY.hook(raw, account, NOW).body == "{}"


async def test_asked_again_for_the_same_address_there_is_still_one(web: respx.MockRouter) -> None:
    web.get(HOOKS).respond(json=answered([{"id": 7, "url": URL}]))
    changed = web.put(f"{HOOKS}/7").respond(json=answered({"id": 7}))
    proof = await register()
    sent = json.loads(changed.calls[0].request.content)
    assert sent["password"] == proof["webhook_password"]
    assert "alertingEmailAddress" not in sent


@pytest.mark.parametrize(
    ("listed", "answer", "wrong"),
    [
        (respx.MockResponse(500), None, Wrong.DOWN),
        (respx.MockResponse(200, json=answered({"id": 7})), None, Wrong.MALFORMED),
        (
            respx.MockResponse(200, json=answered([{"id": "../7", "url": URL}])),
            None,
            Wrong.MALFORMED,
        ),
        (respx.MockResponse(200, json=answered([])), respx.MockResponse(422), Wrong.REFUSED),
        (respx.MockResponse(200, json=answered([])), respx.MockResponse(502), Wrong.DOWN),
    ],
)
async def test_what_goes_wrong_is_told_and_no_secret_with_it(
    web: respx.MockRouter,
    listed: respx.MockResponse,
    answer: respx.MockResponse | None,
    wrong: Wrong,
) -> None:
    web.get(HOOKS).mock(return_value=listed)
    if answer:
        web.post(HOOKS).mock(return_value=answer)
    with pytest.raises(PmsUnavailable) as failed:
        await register()
    assert failed.value.reason is wrong
    assert "secret" not in repr(failed.value)


def test_each_option_has_a_usual_value_and_nonsense_changes_none() -> None:
    usual = Settings.of({})
    assert Settings.of({one.name: one.default for one in OPTIONS}) == usual
    nonsense = {one.name: "?" for one in OPTIONS if one.choices}
    assert Settings.of(nonsense | {"calls_per_10_seconds": "-1", "other": "x"}) == usual
    assert (usual.record, usual.paid_rule, usual.calls) == ("finance_field", "lenient", 12)
    needed = [one.name for one in HOSTAWAY.credentials if one.needed]
    assert needed == ["account_id", "api_key"]
