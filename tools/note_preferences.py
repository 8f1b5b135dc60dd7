"""What the guest wishes of offers from now on."""

from collections.abc import Iterable

from pydantic_ai import RunContext

from jirani.rules.facts import Preference
from jirani.rules.stays.preferring import LOVES, NEVER
from jirani.services.stays.noting import note_preferences as keep
from prompts import formats
from tools.turn import Answer, Turn


async def note_preferences(ctx: RunContext[Turn]) -> Answer:
    """Note what the guest wishes of offers from now on, as their own message says.

    What they wish is read from their stored message; you cannot supply it. Tell them what `facts`
    say was noted: never offered, gladly offered, or offered again.
    """
    turn = ctx.deps
    turn.dossier = None
    noted = await keep(turn.case)
    wished = noted.wished
    facts = {
        "never": _things(turn, wished.noted, NEVER),
        "loves": _things(turn, wished.noted, LOVES),
        "again": _things(turn, wished.dropped, NEVER),
        "fewer_offers": Preference.FEWER_OFFERS in wished.noted,
        "more_offers": Preference.FEWER_OFFERS in wished.dropped,
        "budget": Preference.BUDGET in wished.noted,
        "no_budget": Preference.BUDGET in wished.dropped,
    }
    return Answer.of(noted.decision, **{name: told for name, told in facts.items() if told})


def _things(turn: Turn, names: Iterable[Preference], stance: str) -> str:
    """Name the things that wishes of one stance are about, in the guest's language."""
    prompts, language = turn.case.services.prompts, turn.language
    things = [each.removeprefix(stance) for each in names if each.startswith(stance)]
    words = [prompts.render(f"thing_{each}", language) for each in things]
    return formats.listing([each[:1].lower() + each[1:] for each in words], language)
