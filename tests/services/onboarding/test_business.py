import pytest

from jirani.rules.facts import PaymentPolicy
from jirani.services import Services
from jirani.services.onboarding import Refused, create_business
from jirani.services.onboarding.business import slug_of

pytestmark = pytest.mark.anyio


async def test_a_business_is_created_under_a_slug_of_its_name(services: Services) -> None:
    made = await create_business(
        services,
        "  Neema's   Salón ",
        zone="Africa/Nairobi",
        currency="kes",
        vertical="spa",
        locale="sw",
        policy=PaymentPolicy.PAY_AT_VENUE,
    )
    assert (made.slug, made.name, made.currency) == ("neemas-salon", "Neema's Salón", "KES")
    async with services.store.read(made.id) as work:
        assert await work.business.get() == made


async def test_a_slug_is_given_once(services: Services, salon: str) -> None:
    with pytest.raises(Refused, match="there is a business 'neemas-salon' already"):
        await create_business(services, "Neemas SALON", zone="Africa/Nairobi", currency="KES")


async def test_everything_wrong_with_a_business_is_named(services: Services) -> None:
    with pytest.raises(Refused) as refused:
        await create_business(
            services, " ", zone="Nairobi", currency="KSH", vertical="zoo", locale="fr", slug="A b"
        )
    assert [error.split(":")[0] for error in refused.value.errors] == [
        *("name", "slug", "zone", "currency", "vertical", "locale")
    ]
    assert "did you mean Africa/Nairobi?" in refused.value.errors[2]
    async with services.store.queues() as queues:
        assert await queues.businesses() == []


async def test_a_name_may_have_120_characters(services: Services) -> None:
    zone, currency = "Africa/Nairobi", "KES"
    made = await create_business(services, "x" * 120, zone=zone, currency=currency)
    assert made.name == "x" * 120
    with pytest.raises(Refused, match="may have 120 characters; this one has 121"):
        await create_business(services, "x" * 121, zone=zone, currency=currency)


def test_a_name_without_latin_letters_has_no_slug() -> None:
    assert slug_of("صالون") == ""
    assert slug_of("A&B \u2013 Nails 24/7") == "a-b-nails-24-7"
    assert slug_of("x" * 80) == "x" * 60
