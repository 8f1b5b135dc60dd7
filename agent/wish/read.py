"""Reads a whole message into one wish."""

import re
from dataclasses import replace
from datetime import datetime, time

from agent.when import When, manner_of, read_when
from agent.wish.contact import find_name, find_name_beside, find_phone
from agent.wish.intents import before_listening, find_intents, unknown_service
from agent.wish.model import Intent, Wish
from agent.wish.numbers import find_people, find_pick
from agent.wish.services import find_services
from agent.wish.staff import find_staff
from agent.words import LONGEST, plain_words
from jirani.rules.facts import Catalogue

_CONTACT = frozenset({"name", "phone", "contact"})
_INJECTION = re.compile(
    r"(?i)\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|prompts?"
    r"|rules|guidelines|polic(?:y|ies)|everything)"
    r"|\byou are (?:now|no longer)\b|\b(?:system|assistant|developer)\s?(?:prompt|message"
    r"|override|:)|</?(?:system|instructions?)>"
    r"|\b(?:pretend|act as|roleplay|role-play)\b.{0,30}\b(?:you|an?|if)\b|\b(?:jailbreak"
    r"|dan mode|developer mode|admin mode|debug mode|sudo)\b"
    r"|\b(?:reveal|print|show|repeat|output|tell me)\b.{0,30}\b(?:system prompt|instructions"
    r"|your prompt|api key|password|database|other (?:customers?|guests?|clients?))"
    r"|\[\[?\s?(?:system|inst)\b|\bnew instructions\b|\bdrop table\b|\bunion select\b"
    r"|\bpuuza (?:maagizo|maelekezo)"
)


def read_wish(
    text: str,
    now: datetime,
    catalogue: Catalogue,
    *,
    region: str = "KE",
    expecting: str | None = None,
    shown: int = 0,
    near: time | None = None,
) -> Wish:
    """Return what a message wants; never raises, and reads at most 1,500 characters.

    `now` must be aware, in the business's zone. `expecting` is what we last asked for: service,
    day, time, slot, name, phone, contact, confirm or offer. `shown` is how many choices we listed,
    `near` the time being talked about, `region` where a phone without a country code is from.
    With `expecting="slot"` a bare number that fits both is a pick and a time: the caller, who knows
    the list, decides.
    """
    text = text[:LONGEST].replace("\x00", " ")
    if not any(char.isalnum() for char in text):
        return Wish(empty=True)
    words = plain_words(text)
    named = find_services(words, catalogue.services)
    when = _when(text, now, expecting, near, region)
    phone, bad_phone, where = find_phone(text, region, expecting in _CONTACT, when.spans)
    if where is not None and when:
        blanked = text[: where[0]] + " " * (where[1] - where[0]) + text[where[1] :]
        when = _when(blanked, now, expecting, near, region)
    # A bare name is believed only where the message is about nothing else.
    asked = (expecting in _CONTACT or phone is not None) and not (
        named.ids or named.near or (when and not phone)
    )
    own_words = _own_words(catalogue, named.words)
    name = find_name(text, asked, own_words)
    if name is None and phone and where:
        name = find_name_beside(text, where, own_words)
    others = words.replace(plain_words(name), " ") if name else words
    wanted = find_staff(others, catalogue.staff, named.words)
    intents = find_intents(words, service=bool(named.ids or named.near), when=bool(when))
    before = before_listening(words) if Intent.LISTEN in intents else ""
    if before and Intent.BOOK not in intents:
        # "Manicure tomorrow at 4, and tell me if something earlier frees up" wants both.
        booked = find_services(before, catalogue.services).ids
        if booked and _when(before, now, expecting, near, region):
            intents = (Intent.BOOK, *intents)
    wish = Wish(
        intents=intents,
        service_ids=named.ids,
        near_service=named.near,
        staff_id=wanted.staff_id,
        staff_any=wanted.anyone,
        unknown_staff=wanted.unknown,
        when=_known_day(when, name, expecting),
        pick=find_pick(words, expecting, shown),
        name=name,
        phone=phone,
        bad_phone=bad_phone,
        people=find_people(words),
        injection=gives_orders(text),
    )
    return _with_unknowns(wish, words)


def gives_orders(text: str) -> bool:
    """Tell whether a message is written to the machine, not to us."""
    return _INJECTION.search(text) is not None


def _when(text: str, now: datetime, expecting: str | None, near: time | None, region: str) -> When:
    asked = expecting in {"time", "slot"}
    return read_when(text, now, expecting_time=asked, near=near, manner=manner_of(region))


def _known_day(when: When, name: str | None, expecting: str | None) -> When:
    """A name that is also a month ("June", "April") is no date when we asked for the name."""
    if name and expecting in _CONTACT and when.time is None:
        return When()
    return when


def _own_words(catalogue: Catalogue, said: frozenset[str]) -> frozenset[str]:
    return said | frozenset(
        word for service in catalogue.services for word in service.name.casefold().split()
    )


def _with_unknowns(wish: Wish, words: str) -> Wish:
    if (not wish.service_ids and wish.near_service is None and Intent.BOOK in wish.intents) or (
        Intent.SERVICES in wish.intents and not wish.service_ids and wish.near_service is None
    ):
        wish = replace(wish, unknown_service=unknown_service(words))
    if wish == replace(Wish(), injection=wish.injection):
        wish = replace(wish, intents=(Intent.OTHER,))
    return wish
