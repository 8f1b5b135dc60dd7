"""An API key opens its own business, as far as its role goes, until it is revoked."""

from dataclasses import asdict
from datetime import timedelta
from itertools import product

import pytest
from structlog.testing import capture_logs

from jirani.rules.access import may
from jirani.rules.facts import Role
from jirani.services import Services
from jirani.services.clock import SetClock
from jirani.services.keys import check_key, create_key, revoke_key
from jirani.services.onboarding import Refused
from jirani.store.work import Store
from tests.support.looking import rows
from tests.support.salon import Salon, open_salon

pytestmark = pytest.mark.anyio


@pytest.fixture
async def other(services: Services, salon: Salon) -> Salon:
    return await open_salon(services, slug="other")


async def test_a_key_is_known_again_by_what_was_shown_once(salon: Salon) -> None:
    key, presented = await create_key(salon.services, salon.id, " Till  1 ", Role.MANAGER, "grace")
    found = await check_key(salon.services, salon.id, presented)
    assert found
    assert (found.id, found.name, found.role, found.created_by) == (
        key.id,
        "Till 1",
        Role.MANAGER,
        "grace",
    )
    _, id, secret = presented.split("_", 2)
    assert (id, len(secret)) == (key.id, 43)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: "",
        lambda key: key + "A",
        lambda key: key[:-1] + ("B" if key.endswith("A") else "A"),
        lambda key: key[3:],
        lambda key: "sk" + key[2:],
        lambda key: key[:3] + "0" * 26 + key[29:],
        lambda key: key.replace("_", "\x00"),
        lambda key: key + "\n",
    ],
)
async def test_what_is_not_exactly_the_key_is_nothing(salon: Salon, spoil: object) -> None:
    _, presented = await create_key(salon.services, salon.id, "Till", Role.ADMIN, "grace")
    assert callable(spoil)
    assert await check_key(salon.services, salon.id, spoil(presented)) is None


async def test_another_business_s_key_never_works(salon: Salon, other: Salon) -> None:
    key, presented = await create_key(salon.services, salon.id, "Till", Role.ADMIN, "grace")
    assert await check_key(salon.services, other.id, presented) is None
    with pytest.raises(LookupError):
        await revoke_key(salon.services, other.id, key.id, "mallory")
    async with salon.services.store.read(other.id) as work:
        assert await work.keys.all() == ()
    assert await check_key(salon.services, salon.id, presented)


async def test_a_revoked_key_is_dead_at_once_and_for_good(salon: Salon, clock: SetClock) -> None:
    key, presented = await create_key(salon.services, salon.id, "Till", Role.ADMIN, "grace")
    revoked = await revoke_key(salon.services, salon.id, key.id, "grace")
    clock.advance(timedelta(minutes=5))
    assert await check_key(salon.services, salon.id, presented) is None
    again = await revoke_key(salon.services, salon.id, key.id, "grace")
    assert again.revoked_at == revoked.revoked_at is not None
    async with salon.services.store.read(salon.id) as work:
        assert [each.last_used_at for each in await work.keys.all()] == [None]


async def test_its_use_is_noted_once_a_minute(salon: Salon, clock: SetClock) -> None:
    _, presented = await create_key(salon.services, salon.id, "Till", Role.VIEWER, "grace")
    noted = []
    for _ in range(5):
        assert await check_key(salon.services, salon.id, presented)
        async with salon.services.store.read(salon.id) as work:
            noted += [key.last_used_at for key in await work.keys.all()]
        clock.advance(timedelta(seconds=25))
    first, later = clock.now() - timedelta(seconds=125), clock.now() - timedelta(seconds=50)
    assert noted == [first, first, first, later, later]


async def test_the_secret_is_neither_stored_nor_logged_nor_shown_by_the_key(
    salon: Salon, store: Store
) -> None:
    with capture_logs() as logs:
        key, presented = await create_key(salon.services, salon.id, "Till", Role.VIEWER, "grace")
        await check_key(salon.services, salon.id, presented)
        await revoke_key(salon.services, salon.id, key.id, "grace")
    secret = presented.split("_", 2)[2]
    assert secret not in repr((key, asdict(key), logs, await rows(store, "SELECT * FROM api_keys")))
    assert key.secret_hash not in repr((key, logs))
    assert [line["event"] for line in logs] == ["key.created", "key.revoked"]


async def test_a_name_that_cannot_be_shown_is_refused(salon: Salon) -> None:
    for name in ("", "  ", "x" * 121, "\x1b[31m"):
        with pytest.raises(Refused, match="the key's name"):
            await create_key(salon.services, salon.id, name, Role.VIEWER, "grace")


def test_each_role_may_do_what_those_before_it_may() -> None:
    allowed = {(role, needed) for role, needed in product(Role, Role) if may(role, needed)}
    viewer, manager, admin = Role
    assert allowed == {
        *((viewer, needed) for needed in (viewer,)),
        *((manager, needed) for needed in (viewer, manager)),
        *((admin, needed) for needed in (viewer, manager, admin)),
    }


async def test_a_message_keeps_the_button_that_was_pressed(salon: Salon) -> None:
    guest = await salon.guest()
    at = salon.services.clock.now()
    async with salon.services.store.begin(salon.id) as work:
        seq = await work.messages.add(guest.thread_id, "guest", "Yes", at, button="offer:1:yes")
        message = await work.messages.get(guest.thread_id, seq)
    assert message.button == "offer:1:yes"
