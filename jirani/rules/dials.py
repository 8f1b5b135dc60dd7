"""The dials a business may turn, and their values (domain §3)."""

from dataclasses import dataclass

VERTICALS = (
    "salon",
    "barbershop",
    "spa",
    "nails",
    "dental",
    "physiotherapy",
    "fitness",
    "stays",
)

GREETING_LIMIT = 140
DEFAULT_GREETING = "default-bilingual"

CHOICES: dict[str, tuple[str, ...]] = {
    "tone": ("warm", "professional", "playful"),
    "upsell": ("never", "suggest-once-after-confirm", "suggest-during-slot-collection"),
    "cancellation_tone": ("forgiving", "neutral", "firm"),
    "honorific": ("first-name", "formal-en", "formal-sw"),
    "cross_sell": ("never", "related-only", "full-suggest"),
}
NAMES = ("tone", "greeting", "upsell", "cancellation_tone", "honorific", "cross_sell")


@dataclass(frozen=True, slots=True)
class Dials:
    """The values in force for one business."""

    tone: str = "warm"
    greeting: str = DEFAULT_GREETING
    upsell: str = "suggest-once-after-confirm"
    cancellation_tone: str = "neutral"
    honorific: str = "first-name"
    cross_sell: str = "related-only"


def problem_with(dial: str, value: str) -> str | None:
    """Say what is wrong with a value, or None when it may be set."""
    if dial not in NAMES:
        return f"There is no dial {dial!r}; there are {', '.join(NAMES)}."
    if dial == "greeting":
        if not value.strip():
            return "A greeting cannot be empty; reset the dial to go back to the default."
        if not value.isprintable():
            return "A greeting is one line, without characters that cannot be shown."
        if len(value) > GREETING_LIMIT:
            return f"A greeting may have {GREETING_LIMIT} characters; this one has {len(value)}."
        return None
    if value not in CHOICES[dial]:
        return f"{dial} cannot be {value!r}; choose one of {', '.join(CHOICES[dial])}."
    return None


def effective(defaults: dict[str, str], own: dict[str, str]) -> Dials:
    """Lay a business's own values over its vertical's defaults; a missing one inherits."""
    return Dials(**{**defaults, **own})
