"""Files, amounts, buttons and callbacks of any bytes: a value, or the error that is documented."""

from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from jirani.connectors.payments import PaymentPath, callback_token, token_matches
from jirani.rules.facts import Business, PaymentPolicy, Service, Staff
from jirani.rules.reading import Meaning, Reading
from jirani.services.asking import reading_of
from jirani.services.choices import Answered, ChoiceKind, NoSuchChoice, Picked, parse
from jirani.services.onboarding import Refused
from jirani.services.onboarding.amounts import buffer, confidence, minutes, price
from jirani.services.onboarding.business import problems_with, slug_of
from jirani.services.onboarding.hours import day_hours, weekly_hours
from jirani.services.onboarding.knowledge import parse_knowledge
from jirani.services.onboarding.names import Lookup, Wrong, listed, tidy
from jirani.services.onboarding.relations import parse_pairs, parse_relations
from jirani.services.onboarding.services import parse_services
from jirani.services.onboarding.staff import parse_exceptions, parse_staff
from tests.support.fuzzing import JSON, Parser, bombard, examples, parsers, sizes

SOLD = (Service("v1", "Manicure", 45, 0, 120_000), Service("v2", "Wax 2", 15, 0, 50_000))
STAFF = (Staff("t1", "Amina", frozenset({"v1"})),)
LOOKUP = Lookup("service", {each.name: each.id for each in SOLD})


def business(text: str) -> object:
    """Describe a business, every word of it from outside."""
    made = Business("b", text, text, text, text, text, text, PaymentPolicy.PAY_FIRST)
    return slug_of(text), list(problems_with(made))


PARSERS = parsers(
    Parser("price", lambda text: price(text, "KES"), (Wrong,), ("KES 1,500.50", "1.500/=", "free")),
    Parser("minutes", minutes, (Wrong,), ("1h 30m", "45 min")),
    Parser("buffer", buffer, (Wrong,), ("10 min",)),
    Parser("confidence", confidence, (Wrong,), ("0.9", "1")),
    Parser("week", weekly_hours, (Wrong,), ("mon-fri 09:00-17:00; sat 10:00-14:00", "daily 8-20")),
    Parser("day", day_hours, (Wrong,), ("10:00-14:00", "off", "9am to 5pm")),
    Parser("name", lambda text: tidy(text, 120), (Wrong,), ("Neema's Salón",)),
    Parser("list", lambda text: listed(text, 60), (Wrong,), ("a|b c|d",)),
    Parser("lookup", LOOKUP.find, (Wrong,), ("Manicure", "Wax 2")),
    Parser("business", business, (), ("Neema's Salón", "Africa/Nairobi", "KES")),
    Parser(
        "services",
        lambda text: parse_services(text, "KES"),
        (Refused,),
        ('name,minutes,buffer,price,aliases\nManicure,45,0,"1,200",mani|nails\nWax,15,,500,\n',),
    ),
    Parser(
        "staff",
        lambda text: parse_staff(text, SOLD),
        (Refused,),
        ("name;services;hours\nAmina;Manicure|Wax 2;mon-fri 9-17\nBeth;all;off\n",),
    ),
    Parser(
        "exceptions",
        lambda text: parse_exceptions(text, STAFF),
        (Refused,),
        ("staff\tdate\thours\nAmina\t2026-12-25\toff\nAmina\t2026-12-26\t10:00-12:00\n",),
    ),
    Parser(
        "relations",
        lambda text: parse_relations(text, SOLD),
        (Refused,),
        ("service_a,service_b,relation,confidence\nManicure,Wax 2,complementary,0.9\n",),
    ),
    Parser(
        "pairs",
        lambda text: parse_pairs(text, SOLD),
        (Refused,),
        ("# pairs\nManicure <-> Wax 2 0.9\n", "Manicure -> Wax 2 0.5"),
    ),
    Parser(
        "knowledge",
        parse_knowledge,
        (Refused,),
        ('topic,language,keywords,text\nparking,en,park|car,"Yes, behind the house."\n',),
    ),
    Parser(
        "button",
        parse,
        (NoSuchChoice,),
        ("offer:01KAXJ:yes", "proposal:p:no", "slot:v:t:2026-11-24T14:00:00+03:00"),
    ),
    Parser(
        "payment path",
        PaymentPath.parse,
        (ValueError,),
        ("/hooks/pay/b1/p1/0123456789abcdef", "/hooks/pay/b1/p1"),
    ),
    Parser(
        "payment proof",
        lambda text: token_matches(b"secret", "p1", text),
        (),
        (callback_token(b"secret", "p1"),),
    ),
)


@PARSERS
@examples()
def test_any_text_is_a_value_or_refused(parser: Parser, examples: int) -> None:
    bombard(parser, parser.worst(), examples)


@PARSERS
@sizes()
def test_a_megabyte_is_read_soon(parser: Parser, size: int) -> None:
    parser.is_soon_done(size)


_WORD = st.from_regex(r"[0-9A-Za-z-]{1,40}", fullmatch=True)


@examples()
def test_a_button_is_read_as_it_was_written(examples: int) -> None:
    def read_back(choice: Answered | Picked) -> None:
        assert parse(str(choice)) == choice

    kinds = st.sampled_from([ChoiceKind.OFFER, ChoiceKind.PROPOSAL])
    # Seconds from the year 2000 on to 2099, in any zone with its offset.
    moments = st.integers(946_771_200, 4_102_272_000).map(
        lambda at: datetime.fromtimestamp(at, UTC)
    )
    answered = st.builds(Answered, kinds, _WORD, st.booleans())
    bombard(read_back, answered | st.builds(Picked, _WORD, _WORD, moments), examples)


@examples()
def test_a_payment_path_is_read_as_it_was_written(examples: int) -> None:
    def read_back(path: PaymentPath) -> None:
        assert PaymentPath.parse(str(path)) == path
        made = callback_token(b"secret", path.payment_id)
        assert token_matches(b"secret", path.payment_id, made)
        assert not token_matches(b"another", path.payment_id, made)

    bombard(read_back, st.builds(PaymentPath, _WORD, _WORD, st.none() | _WORD), examples)


@examples()
def test_a_stored_reading_is_read_back_and_anything_else_is_a_value_error(examples: int) -> None:
    def read_back(reading: Reading) -> None:
        assert reading_of(asdict(reading)) == reading

    text = st.text(min_size=1)
    fractions = st.floats(0, 1)
    meant = st.sampled_from(Meaning)
    stored = st.builds(Reading, meant, fractions, st.text(), st.none() | text, st.none() | text)
    bombard(read_back, stored, examples)

    def read(value: Any) -> None:
        with suppress(ValueError):
            reading_of(value)

    bombard(read, JSON, examples)
