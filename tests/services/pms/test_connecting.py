"""A business is connected with a PMS: what is secret stays so, and what is wrong is named."""

from typing import Any

import httpx2
import pytest

from jirani.connectors.connector import Outside
from jirani.connectors.hooks import NotGenuine, RawHook
from jirani.connectors.pms import Wrong
from jirani.connectors.wire.authority import KeptToken, MemoryTokens, Token
from jirani.services import Services
from jirani.services.onboarding.report import Refused
from jirani.services.pms.accounts import StoredAccounts
from jirani.services.pms.connecting import connect, connected, disconnect, register_hooks
from jirani.services.pms.tokens import StoredTokens
from jirani.services.sealing import NotOurs, Sealer
from tests.support.looking import rows
from tests.support.pretended_pms import Pretended
from tests.support.salon import Salon

pytestmark = pytest.mark.anyio
KEY = b"k" * 32
SECRETS = {"login": "me", "key": "canary-key"}


@pytest.fixture
def pretended() -> Pretended:
    return Pretended()


def process(services: Services, pretended: Pretended, key: bytes = KEY) -> StoredAccounts:
    """Return the accounts as one process sees them."""
    outside = Outside(httpx2.AsyncClient(), MemoryTokens(), services.clock.now)
    connectors: Any = {pretended.name: pretended}
    return StoredAccounts(services.store, Sealer([key]), connectors, lambda: outside)


async def make(services: Services, accounts: StoredAccounts, of: str, **how: Any) -> None:
    options, secrets = how.get("options", {}), how.get("secrets", SECRETS)
    host = how.get("host", "host@example.com")
    await connect(services, accounts, of, "pretended", secrets, options, host=host, by="me")


async def test_an_account_is_there_for_every_process_and_its_secrets_are_nowhere_to_be_read(
    salon: Salon, services: Services, pretended: Pretended
) -> None:
    here, there = process(services, pretended), process(services, pretended)
    await make(services, here, salon.id, options={"record": "note"})
    await there.refresh()
    assert there.of(salon.id, "pretended")
    assert list(there.all()) == [(salon.id, "pretended")]
    assert there.host(salon.id) == "host@example.com"
    assert dict(pretended.opened[-1].secrets) == SECRETS
    assert "canary" not in repr(
        (pretended.opened, await rows(services.store, "SELECT * FROM pms_accounts"))
    )
    [seen] = await connected(services, here, salon.id)
    assert (seen.secrets, seen.options) == (("key", "login"), {"record": "note"})


async def test_what_is_not_named_stays_and_an_account_is_opened_anew_only_if_it_changed(
    salon: Salon, services: Services, pretended: Pretended
) -> None:
    accounts = process(services, pretended)
    await make(services, accounts, salon.id)
    first = accounts.of(salon.id, "pretended")
    await accounts.refresh()
    assert accounts.of(salon.id, "pretended") is first
    await make(services, accounts, salon.id, secrets={"key": "", "login": "you"}, host=None)
    assert dict(pretended.opened[-1].secrets) == {"login": "you", "key": "canary-key"}
    assert accounts.host(salon.id) == "host@example.com"
    await disconnect(services, accounts, salon.id, "pretended", by="me")
    assert accounts.of(salon.id, "pretended") is None
    assert await rows(services.store, "SELECT * FROM pms_accounts") == []


async def test_everything_wrong_is_named_at_once_and_nothing_is_kept(
    salon: Salon, services: Services, pretended: Pretended
) -> None:
    accounts = process(services, pretended)
    with pytest.raises(Refused) as refused:
        await make(
            *(services, accounts, salon.id),
            secrets={"kee": "x", "login": "a\x00b"},
            options={"record": "nowhere", "speed": "9"},
            host="nobody",
        )
    assert len(refused.value.errors) == 6
    with pytest.raises(Refused, match="no connector"):
        await connect(services, accounts, salon.id, "other", {}, {}, host=None, by="me")
    assert await rows(services.store, "SELECT * FROM pms_accounts") == []


async def test_another_key_opens_no_account_and_breaks_none(
    salon: Salon, services: Services, pretended: Pretended
) -> None:
    await make(services, process(services, pretended), salon.id)
    stranger = process(services, pretended, b"s" * 32)
    await stranger.refresh()
    assert stranger.of(salon.id, "pretended") is None
    with pytest.raises(NotGenuine):
        stranger.hook(salon.id, "pretended", RawHook({}, b"{}"), services.clock.now())
    with pytest.raises(NotOurs, match="somebody else"):
        Sealer([KEY]).open(Sealer([KEY]).seal({"a": 1}, "b:pms"), "c:pms")
    sealed = Sealer([KEY]).seal({"a": 1}, "b:pms")
    assert Sealer([b"n" * 32, KEY]).open(sealed, "b:pms") == {"a": 1}


async def test_webhooks_are_asked_for_once_and_proven_by_what_the_pms_said(
    salon: Salon, services: Services, pretended: Pretended
) -> None:
    accounts = process(services, pretended)
    await make(services, accounts, salon.id)
    at = ("pretended", "https://chat.example.com/")
    await register_hooks(services, accounts, salon.id, *at, by="me")
    assert pretended.registered[0].startswith("https://chat.example.com/hooks/pms/")
    proven = RawHook({"x-secret": "proof-1"}, b"{}")
    assert accounts.hook(salon.id, "pretended", proven, services.clock.now()).body == "{}"
    pretended.wrong = Wrong.REFUSED
    with pytest.raises(Refused, match="did not take it: refused"):
        await register_hooks(services, accounts, salon.id, *at, by="me")


async def test_tokens_outlive_a_process_and_are_kept_sealed(
    salon: Salon, services: Services
) -> None:
    account, now = f"{salon.id}:guesty", services.clock.now()
    kept = KeptToken(Token("canary-token", now, now), (now,), now)
    first = StoredTokens(services.store, services.mutex, Sealer([KEY]))
    assert await first.read(account) == KeptToken()
    async with first.changing(account) as slot:
        await slot.keep(kept)
    assert await StoredTokens(services.store, services.mutex, Sealer([KEY])).read(account) == kept
    stranger = StoredTokens(services.store, services.mutex, Sealer([b"s" * 32]))
    assert await stranger.read(account) == KeptToken()
    assert "canary" not in repr(await rows(services.store, "SELECT * FROM pms_tokens"))
