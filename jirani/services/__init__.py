"""What a turn or a job is handed, and the business operations both share."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from jirani.connectors.channels import Channel
from jirani.connectors.mailer import Mailer
from jirani.connectors.payments import PaymentGateway
from jirani.rules.dials import Dials, effective
from jirani.rules.facts import Business, ContactPolicy, Timing
from jirani.services.accounts import KnownAccounts, PmsAccounts
from jirani.services.answerer import Answerer, Nobody
from jirani.services.clock import Clock, Ids
from jirani.services.execution import Execution, NoExecution
from jirani.services.reading import Reader
from jirani.services.stays.by_hand import NoTalkReader, TalkReader
from jirani.store.holds import SlotHolds
from jirani.store.limits import RateLimit
from jirani.store.mutex import ThreadMutex
from jirani.store.work import Store, Work
from prompts.library import Prompts


@dataclass(frozen=True, slots=True)
class Services:
    """Everything outside a turn that it may use, made once per process."""

    store: Store
    holds: SlotHolds
    mutex: ThreadMutex
    limits: RateLimit
    clock: Clock
    ids: Ids
    gateway: PaymentGateway
    channels: dict[str, Channel]
    reader: Reader
    prompts: Prompts
    callback_secret: bytes
    timing: Timing = field(default_factory=Timing)
    contact: ContactPolicy = field(default_factory=ContactPolicy)
    pms: PmsAccounts = field(default_factory=KnownAccounts)
    mailer: Mailer | None = None
    execution: Execution = field(default_factory=NoExecution)
    answerer: Answerer = field(default_factory=Nobody)
    talks: TalkReader = field(default_factory=NoTalkReader)

    async def house(self, work: Work) -> tuple[Business, Dials]:
        """Return the business and its dials in force, in one look."""

        async def look() -> tuple[Business, Dials]:
            business, own = await work.business.with_dials()
            return business, effective(self.prompts.dial_defaults(business.vertical), own)

        return await work.once("house", look)

    async def dials(self, work: Work, business: Business) -> Dials:
        """Return the dials in force: the business's own over its vertical's defaults."""
        defaults = self.prompts.dial_defaults(business.vertical)
        return effective(defaults, await work.business.dials())


@dataclass(frozen=True, slots=True)
class Case:
    """For whom something is done: a business, a customer, a thread, and the guest's message.

    `seq` is the guest's message that caused it; a job acts with the thread's newest one.
    """

    services: Services
    business: Business
    dials: Dials
    customer_id: str
    thread_id: str
    seq: int
    place: str | None = None  # where the talk is about a stay: the listing's zone, '' if unknown

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days and clock times are meant: the listing's, or the business's."""
        return ZoneInfo(self.place or self.business.zone)
