"""A cancellation that finds its next customer, told while it happens (R1-R6)."""

from collections.abc import Sequence
from datetime import timedelta

from app.simulating.salon import Salon, opened_salon
from app.simulating.telling import Tell, Teller
from jirani.rules.facts import Opening

HELLO = {
    "Neema": "Hi, this is Neema Njeri, 0722 000 111.",
    "Baraka": "Hi, this is Baraka Otieno, 0733 000 111.",
    "Aisha": "Hi, this is Aisha Mwangi, 0755 000 111.",
    "Peter": "Hi, this is Peter Kamau, 0744 000 111.",
    "Jane": "Hi, this is Jane Wanjiku, 0712 345 678.",
}
SATURDAY, SUNDAY = 21, 22
MINUTE = timedelta(minutes=1)
LISTENING = "Tell me when something frees up"


async def refill(tell: Tell) -> None:
    """Play it: a no, a silence, a question and a yes, a payment, and a yes that is too late."""
    async with opened_salon(recovery="on") as salon:
        teller = Teller(salon, tell)
        await _before(salon)
        await _listening(
            salon, teller, [("Neema", "Nijulishe nafasi ikipatikana"), "Aisha", "Baraka", "Peter"]
        )
        opening = await _cancelled(salon, teller)
        teller.moment("Whom it may be offered to, in order: `jirani why`")
        await teller.why(opening)
        teller.moment("The first is asked.")
        await salon.settle()
        await teller.passed()
        await _answers(salon, teller, 4, "Neema", "Hapana asante", "Neema does not want it.")
        await salon.passes(15 * MINUTE)
        teller.moment("A quarter of an hour has passed.")
        await teller.passed()
        await _answers(salon, teller, 2, "Aisha", "How long is it?", "Aisha has a question.")
        await _answers(salon, teller, 1, "Aisha", "Yes please, I'll take it", "She takes it.")
        await salon.passes(MINUTE)
        teller.moment("Her phone has asked for the PIN.")
        await teller.passed()
        await _answers(salon, teller, 3, "Baraka", "Yes please!", "Baraka reads it only now.")
        await _end(salon, teller, [opening])


async def move_up(tell: Tell) -> None:
    """Play the cascade: who has a later booking moves up, and leaves a slot to the next."""
    async with opened_salon(recovery="on", move_up="on") as salon:
        teller = Teller(salon, tell)
        await _before(salon)
        for name, wall in (("Neema", "4pm"), ("Baraka", "6pm")):
            await salon.books(name, f"Manicure with Amina tomorrow at {wall} please")
        await _listening(salon, teller, ["Neema", "Baraka", "Aisha"])
        await _cancelled(salon, teller)
        await teller.book_of(SUNDAY, "Amina")
        await salon.settle()
        await teller.passed()
        for name in ("Neema", "Baraka", "Aisha"):
            await _answers(salon, teller, 2, name, "Yes please", f"{name} says yes.")
        await salon.passes(MINUTE)
        teller.moment("Her phone has asked for the PIN.")
        await teller.passed()
        await teller.book_of(SUNDAY, "Amina")
        await _end(salon, teller, await salon.openings())


async def _before(salon: Salon) -> None:
    """Let two customers come to be known as reliable, and one as not."""
    for name, hello, wish in (
        ("Neema", HELLO["Neema"], "Pedicure with Zawadi tomorrow at 10am please"),
        ("Neema", "", "Haircut with Brian on Friday at 10am please"),
        ("Baraka", HELLO["Baraka"], "Haircut with Achieng tomorrow at 11am please"),
    ):
        await salon.books(name, f"{hello} {wish}".strip())
    wish = "Massage with Brian tomorrow at 3pm please"
    await salon.books("Peter", f"{HELLO['Peter']} {wish}", pays=False)
    await salon.skips_to(salon.at(SATURDAY, "10:00"))


async def _listening(salon: Salon, teller: Teller, people: Sequence[str | tuple[str, str]]) -> None:
    """Let customers ask to be told of freed slots, and Jane book."""
    teller.say(f"{salon.business.name}: a cancelled slot finds its next customer", bold=True)
    await teller.quietly()
    for each in people:
        name, text = (each, LISTENING) if isinstance(each, str) else each
        hello = "" if name in salon.people else f"{HELLO[name]} "
        await salon.says(name, hello + text)
    teller.moment("Some customers ask to be told of slots that come free.")
    await teller.passed()
    await salon.skips_to(salon.at(SATURDAY, "10:10"))
    await salon.books("Jane", f"{HELLO['Jane']} Manicure with Amina tomorrow at 2pm please")
    teller.moment("Jane books, and pays.")
    await teller.passed()


async def _cancelled(salon: Salon, teller: Teller) -> Opening:
    """Let Jane cancel; return what that opened."""
    await salon.skips_to(salon.at(SATURDAY, "10:40"))
    teller.moment("Jane cannot come.")
    for text in ("Please cancel my appointment", "yes"):
        await salon.says("Jane", text)
    await teller.passed()
    return (await salon.openings())[-1]


async def _answers(
    salon: Salon, teller: Teller, minutes: int, name: str, text: str, what: str
) -> None:
    await salon.passes(minutes * MINUTE)
    teller.moment(what)
    await salon.says(name, text)
    await teller.passed()
    await salon.settle()
    await teller.passed()


async def _end(salon: Salon, teller: Teller, openings: Sequence[Opening]) -> None:
    teller.moment("What came of it, and why: `jirani why`")
    for each in openings:
        await teller.why(each)
    await teller.recovered(openings)
