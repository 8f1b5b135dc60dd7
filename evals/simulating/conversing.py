"""A run: a simulated guest, or two, talking to the product until they are content or leave."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from time import perf_counter
from zoneinfo import ZoneInfo

from evals.checks import Evidence, always
from evals.ground import Ground
from evals.happenings import happen
from evals.opening import opened_world
from evals.played import Played
from evals.playing import kept
from evals.scenario import GUEST, Step, Unusable
from evals.seen import look
from evals.simulating.acts import Act, Leave, Pick, Say, Wait
from evals.simulating.deciding import decide
from evals.simulating.facts import Facts
from evals.simulating.guest import Guest
from evals.simulating.hearing import Heard, Menu, hear
from evals.simulating.persona import Persona
from evals.simulating.verdict import judge
from evals.world import World
from jirani.services.onboarding import Refused
from jirani.store.refusals import Overlap

COMPANION = "companion"
QUIET = "12m"  # at the end: long enough for every hold, charge and retry to be settled
Making = Callable[[Facts, Persona, Menu, World, Random], Guest]


@dataclass(slots=True)
class Run:
    """A simulated conversation, and what came of it.

    `voided` is what the simulator did wrong: such a run is neither passed nor failed. `wrong` is
    what the product wrote that nobody wanted, `missing` everything else that failed.
    """

    persona: str
    seed: int
    played: Played
    voided: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def why(self) -> list[str]:
        """Return every reason why it failed."""
        return [] if self.voided else [*self.wrong, *self.missing]

    @property
    def passed(self) -> bool:
        """Tell whether the guest got what it wanted, and nothing else."""
        return not self.voided and not self.why


@dataclass(slots=True)
class _Voice:
    """One guest in the conversation, and what has reached them."""

    who: str
    guest: Guest
    heard: int = 0  # of the channel's messages
    replies: list[str] = field(default_factory=list)
    said: int = 0
    blame: str = ""
    gone: bool = False


def made(facts: Facts, persona: Persona, menu: Menu, world: World, random: Random) -> Guest:
    """Make a guest for this world."""
    today = world.clock.now().astimezone(ZoneInfo(world.business.zone)).date()
    return Guest(facts, persona.manner, menu, today, random)


async def converse(ground: Ground, persona: Persona, seed: int, *, making: Making = made) -> Run:
    """Let a persona talk once; the same seed gives the same conversation.

    Raises:
        Unusable: the world it lives in cannot be made.
    """
    started = perf_counter()
    try:
        async with opened_world(ground, persona.scenario, seed) as world:
            run = Run(persona.name, seed, Played(seed, await look(world)))
            await _Conversation(world, persona, run, making, await _menu(world)).go()
    except (Refused, Overlap) as error:
        raise Unusable([f"{persona.file}: {error}"]) from error
    run.played.seconds = perf_counter() - started
    return run


class _Conversation:
    def __init__(
        self, world: World, persona: Persona, run: Run, making: Making, menu: Menu
    ) -> None:
        self.world, self.persona, self.run, self.menu = world, persona, run, menu
        random = Random(f"{persona.name} {run.seed}")
        sheets = {GUEST: persona.facts}
        if persona.companion:
            sheets[COMPANION] = persona.companion
        self.voices = [
            _Voice(who, making(facts, persona, menu, world, random))
            for who, facts in sheets.items()
        ]

    async def go(self) -> None:
        """Talk, in turns where there are two, until everybody has left."""
        while active := [each for each in self.voices if not each.gone and self._joins(each)]:
            for voice in active:
                if self.run.voided or self.run.played.broke:
                    return
                await self._turn(voice)
        await self._happens(Step("time_passes", QUIET))
        if not self.run.played.broke:
            self._judge()

    def _joins(self, voice: _Voice) -> bool:
        """The second guest begins once the first has given a number."""
        first = self.voices[0]
        return voice is first or first.gone or bool(first.guest.done & {"contact", "phone"})

    async def _turn(self, voice: _Voice) -> None:
        heard = await self._heard(voice)
        act = decide(voice.guest, heard)
        if isinstance(act, Leave):
            voice.gone, voice.blame = True, act.blame
        elif isinstance(act, Wait):
            await self._happens(Step("time_passes", act.duration, voice.who))
        elif voice.said == self.persona.patience:
            voice.gone = True
            voice.blame = f"lost patience after {voice.said} messages"
        else:
            voice.said += 1
            self._check(voice, act)
            if not self.run.voided:
                await self._happens(_step(act, voice.who), voice)

    def _check(self, voice: _Voice, act: Act) -> None:
        checker = voice.guest.checker
        if isinstance(act, Pick):
            faults, said = checker.slot_faults(act.slot), act.slot.label
        else:
            assert isinstance(act, Say)
            faults, said = checker.faults(act.line, act.answers), " / ".join(act.line.texts)
        self.run.voided += [f"“{said}”: {fault}" for fault in faults]

    async def _heard(self, voice: _Voice) -> Heard:
        sent = self.world.channel.sent
        texts = [*voice.replies]
        texts += [each.text for each in sent[voice.heard :] if each.peer == voice.who]
        voice.heard, voice.replies = len(sent), []
        today = voice.guest.today
        buttons = await self.world.buttons(voice.who)
        self.world.pressable.setdefault(voice.who, {}).update(buttons)
        return hear(texts, buttons, self.menu, today, ZoneInfo(self.world.business.zone))

    async def _happens(self, step: Step, voice: _Voice | None = None) -> None:
        played, before = self.run.played, len(self.world.channel.sent)
        logged = len(played.events)
        try:
            happened = await happen(self.world, step)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            played.broke = (
                f"it broke with {type(error).__name__}: {error} "
                f"({place.name}, line {place.lineno} of {place.filename})"
            )
            self.run.missing.append(f"{step.value}: {played.broke}")
            return
        if voice:
            later = [e.text for e in self.world.channel.sent[before:] if e.peer == step.who]
            voice.replies = happened.heard[: len(happened.heard) - len(later)]
        played.steps.append(await kept(self.world, happened, logged))

    def _judge(self) -> None:
        played = self.run.played
        several = len(self.voices) > 1
        for voice in self.voices:
            found = judge(voice.who, voice.guest, played)
            name = f"{voice.guest.facts.name}: " if several else ""
            self.run.voided += [f"{name}{each}" for each in found.misled]
            self.run.wrong += [f"{name}{each}" for each in found.wrong]
            blame = [voice.blame] if voice.blame else []
            self.run.missing += [f"{name}{each}" for each in (*blame, *found.missing)]
        self.run.missing += always(Evidence.of(played.end, played.steps, played.events))


def _step(act: Act, who: str) -> Step:
    if isinstance(act, Pick):
        return Step("press", act.slot.label, who)
    assert isinstance(act, Say)
    if act.line.button:
        return Step("press", act.line.button, who)
    texts = act.line.texts
    return Step("guest", texts[0] if len(texts) == 1 else list(texts), who)


async def _menu(world: World) -> Menu:
    async with world.services.store.read(world.business.id) as work:
        catalogue = await work.catalogue.load()
    aliases = {
        alias: each.name for each in catalogue.services for alias in (each.name, *each.aliases)
    }
    return Menu(
        tuple(each.name for each in catalogue.services),
        tuple(each.name for each in catalogue.staff),
        aliases,
    )
