"""Making a new business."""

import re
import unicodedata
from collections.abc import Iterator
from zoneinfo import available_timezones

from babel.numbers import is_currency

from jirani.rules.dials import VERTICALS
from jirani.rules.facts import Business, PaymentPolicy
from jirani.services import Services
from jirani.services.onboarding.names import Wrong, nearest, tidy
from jirani.services.onboarding.report import Refused
from jirani.store.refusals import Twice
from prompts.sections import LANGUAGES

NAME_LIMIT = 120
SLUG_LIMIT = 60
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NO_MONEY = {"XXX", "XTS"}


async def create_business(
    services: Services,
    name: str,
    *,
    zone: str,
    currency: str,
    vertical: str = "salon",
    locale: str = "en",
    policy: PaymentPolicy = PaymentPolicy.PAY_FIRST,
    slug: str | None = None,
) -> Business:
    """Create a business; its slug is made from the name unless given.

    Raises:
        Refused: with everything that is wrong, or because the slug is taken.
    """
    business = Business(
        id=services.ids.new(),
        slug=slug_of(name) if slug is None else slug,
        name=" ".join(name.split()),
        vertical=vertical,
        zone=zone,
        currency=currency.upper(),
        locale=locale,
        payment_policy=policy,
    )
    if problems := list(problems_with(business)):
        raise Refused(problems)
    try:
        async with services.store.begin(business.id) as work:
            await work.business.add(business, services.clock.now())
    except Twice as error:
        taken = f"slug: there is a business {business.slug!r} already; choose another slug."
        raise Refused([taken]) from error
    return business


def problems_with(business: Business) -> Iterator[str]:
    """Say everything that is wrong with a new business."""
    try:
        tidy(business.name, NAME_LIMIT)
    except Wrong as wrong:
        yield f"name: {wrong}."
    if not _SLUG.fullmatch(business.slug) or len(business.slug) > SLUG_LIMIT:
        yield (
            f"slug: {business.slug!r} cannot be used; give one of up to {SLUG_LIMIT} small "
            "letters, digits and single hyphens, like my-salon."
        )
    if business.zone not in (zones := available_timezones()):
        guess = nearest(business.zone, zones)
        hint = f"did you mean {guess}?" if guess else "write it like Africa/Nairobi."
        yield f"zone: {business.zone!r} is no IANA time zone; {hint}"
    if not is_money(business.currency):
        yield f"currency: {business.currency!r} is no ISO 4217 currency, like KES."
    for what, word, words in (
        ("vertical", business.vertical, VERTICALS),
        ("locale", business.locale, LANGUAGES),
        ("policy", business.payment_policy, tuple(PaymentPolicy)),
    ):
        if word not in words:
            yield f"{what}: {word!r} is unknown; choose one of {', '.join(words)}."


def is_money(currency: str) -> bool:
    """Tell whether three letters are those of a currency one can pay in."""
    return is_currency(currency) and currency not in _NO_MONEY


def slug_of(name: str) -> str:
    """Make a slug of a name: `Neema's Salón` gives `neemas-salon`; empty if nothing is left."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    return "-".join(words)[:SLUG_LIMIT].strip("-")
