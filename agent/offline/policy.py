"""The policy: an ordered list of skills; the first that knows what to do, does it."""

from collections.abc import Callable

from agent.offline.moment import End, Moment, Step
from agent.offline.skills.asking import asking
from agent.offline.skills.booking import booking
from agent.offline.skills.changing import cancelling, moving
from agent.offline.skills.consent import consent, nothing_open, old_button
from agent.offline.skills.courtesy import (
    foreign,
    no_orders,
    nothing_said,
    person,
    preference,
    small_talk,
    unclear,
)
from agent.offline.skills.paying import contact, paying
from agent.offline.skills.recovery import heard, listening, repeated, told
from agent.offline.skills.selling import selling
from agent.offline.skills.staying import (
    NOTING,
    answering,
    courtesies,
    not_understood,
    nothing_waits,
    requesting,
    stay_questions,
    taking_back,
    wishing,
)

Skill = Callable[[Moment], Step | None]

SKILLS: tuple[Skill, ...] = (
    nothing_said,
    foreign,
    no_orders,
    person,
    preference,
    listening,
    heard,
    old_button,
    consent,
    told,
    contact,
    selling,
    cancelling,
    moving,
    booking,
    paying,
    asking,
    nothing_open,
    small_talk,
    unclear,
)

# In a conversation about a stay: what is sold there is no appointment.
STAY_SKILLS: tuple[Skill, ...] = (
    nothing_said,
    foreign,
    no_orders,
    wishing,
    person,
    preference,
    taking_back,
    answering,
    requesting,
    stay_questions,
    nothing_waits,
    courtesies,
    not_understood,
)


def decide(moment: Moment) -> Step:
    """Return the next step of this turn.

    Whoever says what they wish of offers may say anything else besides: once it is noted, the rest
    of the message is answered as if it stood alone.
    """
    skills, besides = STAY_SKILLS if moment.situation.stay else SKILLS, moment.without(NOTING)
    for skill in skills:
        step = skill(moment if skill is wishing else besides)
        if step is not None:
            return repeated(besides, step)
    return repeated(besides, End())
