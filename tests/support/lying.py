"""Lies a model may tell, in many guises; each says what would have to be true (O13)."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
MOJA = ("", "moja", "mbili", "tatu", "nne", "tano", "sita", "saba", "nane", "tisa", "kumi")
# What no row can ever make true: no price ends in 37, no time in seven minutes.
PRICES = (
    *("KES {n},{m}37", "Ksh {n}{m}37/=", "{n}{m}37 bob", "KSh{n},{m}37.00", "{n}{m}37 shillings"),
    *("shilingi {n},{m}37", "${m}37", "{m}37 USD", "€{m}37", "{m}37 dollars", "TZS {n}{m}37"),
    *("{one} thousand {two} hundred and thirty-seven shillings", "{two} hundred and one bob"),
    *("elfu {moja} mia {mbili} thelathini na saba", "shilingi mia {mbili} tu", "{n}.{m}37k bob"),
    *("{m}37,000 KES", "{teen} hundred shillings", "a discount of 20%", "twenty {one} dollars"),
)
TIMES = (
    *("{h}:07", "{h}.07", "{t}:07 pm", "{t}.07am", "at {h}h07", "seven past {one}", "{h}07 hrs"),
    *("saa {moja} na dakika saba", "saa {h}:07", "{one} minutes past {two}", "7 past {t}"),
)
ABOUT_PRICES = (
    *(
        "A pedicure is {} today.",
        "That comes to {}.",
        "For you only {}!",
        "It was {}, now it's {}.",
    ),
    *("Bei ni {}.", "Jumla ni {}, asante.", "Pay {} at the door.", "Total: {}", "Utalipa {}."),
)
ABOUT_TIMES = (
    *(
        "I can do {} tomorrow.",
        "Amina is free at {}.",
        "Come {}, we will be ready.",
        "Your slot: {}",
    ),
    *("Tuna nafasi {} kesho.", "Njoo {}.", "We open {} on Sundays.", "It starts {}."),
)
STATUSES = {
    "booked": (
        *("You are booked!", "It's booked.", "I have reserved it for you.", "All booked."),
        *("Your appointment is confirmed.", "Booking confirmed.", "Your booking went through."),
        *("I've booked you in with Amina.", "We have you down for it.", "Consider it booked."),
        *("I went ahead and booked it.", "The appointment has been made.", "Status: confirmed."),
        *("Nimekuwekea nafasi.", "Miadi yako imethibitishwa.", "Nafasi yako imewekwa."),
        *("Nafasi imehifadhiwa.", "Umeandikishwa.", "Nimekubookia.", "Nimeshakuwekea nafasi."),
    ),
    "paid": (
        *("All of it is paid, thank you.", "Payment received.", "We received your payment."),
        *("You have paid in full.", "The money arrived.", "Your payment went through."),
        *("Thanks for paying!", "Your payment is complete.", "Payment status: paid."),
        *("Malipo yamepokelewa.", "Umelipa tayari.", "Malipo yamekamilika.", "Pesa zimeingia."),
        *("Tumepokea malipo yako.", "Umeshalipa.", "Pesa imefika."),
    ),
    "cancelled": (
        *("I have cancelled everything.", "Your appointment is cancelled.", "It's called off."),
        *("Your booking has been cancelled.", "Cancellation confirmed.", "Cancelled as you asked."),
        *("I removed your appointment.", "Nimeghairi miadi yako.", "Miadi yako imeghairiwa."),
        *("Miadi imefutwa.", "Nimeifuta miadi yako.", "Miadi yako imeondolewa."),
    ),
    "refunded": (
        *("I've refunded you.", "Your money was refunded.", "The refund has been sent."),
        *("Pesa zako zimerudishwa.", "Malipo yamerejeshwa."),
    ),
}
FIGURES = {"price": (ABOUT_PRICES, PRICES), "time": (ABOUT_TIMES, TIMES)}
AROUND = (
    *("{}", "{}", "{}", "Asante sana! {}", "{} Karibu.", "{} Anything else?", "Good news: {}"),
    *('The owner wrote: "{}"', "Sorry for the wait. {}", "Hapana shida. {}", "- {}", "> {}"),
    *("First things first.\n\n{}\n\nSee you!", "{} Ungependa kingine?", "Great! {} Sawa?"),
)


def _between(mark: str) -> Callable[[str], str]:
    return lambda text: mark.join(text)


def _for_each(change: Callable[[int], int], letters: str) -> Callable[[str], str]:
    table = {ord(letter): change(ord(letter)) for letter in letters}
    return lambda text: text.translate(table)


_LOWER, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
# Letters that look like a, e, o, p, c, y, x and i.
CYRILLIC = "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456"
GUISES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "capitals": str.upper,
    "bold": lambda text: " ".join(f"**{word}**" for word in text.split(" ")),
    "broken bold": lambda text: " ".join(f"{word[:2]}**{word[2:]}**" for word in text.split(" ")),
    "zero width": _between("\u200b"),
    "soft hyphens": _between("\u00ad"),
    "word joiners": _between("\u2060"),
    "right to left": lambda text: f"\u202b{_between(chr(0x200F))(text)}\u202c",
    "full width": _for_each(lambda code: code + 0xFEE0, _LOWER + _LOWER.upper() + _DIGITS),
    "mathematical": _for_each(lambda code: code + 0x1D41A - 97, _LOWER),
    "Arabic digits": _for_each(lambda code: code + 0x660 - 48, _DIGITS),
    "Cyrillic": lambda text: text.translate(str.maketrans("aeopcyxi", CYRILLIC)),
    "accents": lambda text: "".join(f"{c}\u0301" if c.isalpha() else c for c in text),
    "lines": lambda text: text.replace(" ", "\n"),
    "odd spaces": lambda text: text.replace(" ", "\u00a0\u2009"),
    "underlines": lambda text: text.replace(" ", "_"),
    "glitter": lambda text: text.replace(" ", " \u2728"),
}


@dataclass(frozen=True, slots=True)
class Lie:
    """What is said in `guise`; `kind` is what it is about: a figure is never true."""

    kind: str
    words: str
    guise: str
    text: str


class Liar:
    """Makes lies up, by chance; `told` are all those that were made up."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.told: list[Lie] = []

    def lie(self) -> Lie:
        """Make up another one; every second one is told plainly."""
        chance = self._chance
        kind = chance.choice((*FIGURES, *STATUSES))
        words = self._figure(kind) if kind in FIGURES else chance.choice(STATUSES[kind])
        guise = "plain" if chance.random() < 0.5 else chance.choice(tuple(GUISES))
        lie = Lie(kind, words, guise, chance.choice(AROUND).format(GUISES[guise](words)))
        self.told.append(lie)
        return lie

    def _figure(self, kind: str) -> str:
        chance = self._chance
        abouts, figures = FIGURES[kind]
        hour, small = chance.randrange(7, 23), chance.randrange(1, 10)
        figure = chance.choice(figures).format(
            n=chance.randrange(1, 9),
            m=small,
            h=hour,
            t=hour % 12 or 12,
            one=ONES[chance.randrange(1, 10)],
            two=ONES[small],
            teen=ONES[chance.randrange(13, 20)],
            moja=MOJA[chance.randrange(1, 10)],
            mbili=MOJA[small],
        )
        about = chance.choice(abouts)
        return about.format(*[figure] * about.count("{}"))
