"""Units of work: everything inside commits together, or nothing does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from jirani.store.queues import Queues
from jirani.store.rows.accounts import AccountRows
from jirani.store.rows.base import LINE
from jirani.store.rows.booking import AppointmentRows, ProposalRows
from jirani.store.rows.business import BusinessRows
from jirani.store.rows.candidates import CandidateRows
from jirani.store.rows.catalogue import CatalogueRows
from jirani.store.rows.consents import ConsentRows
from jirani.store.rows.decisions import DecisionRows
from jirani.store.rows.dossier import DossierRows
from jirani.store.rows.keys import KeyRows
from jirani.store.rows.messages import MessageRows
from jirani.store.rows.money import PaymentRows
from jirani.store.rows.openings import OpeningRows
from jirani.store.rows.outbox import OutboxRows
from jirani.store.rows.people import CustomerRows, ThreadRows
from jirani.store.rows.pms_events import EventRows
from jirani.store.rows.preferences import PreferenceRows
from jirani.store.rows.recovery_offers import RecoveryOfferRows
from jirani.store.rows.recovery_reports import RecoveryReportRows
from jirani.store.rows.scores import ScoreRows
from jirani.store.rows.scoring import ScoringRows
from jirani.store.rows.selling import OfferRows
from jirani.store.rows.stay_claims import ClaimRows
from jirani.store.rows.stay_offers import StayOfferRows
from jirani.store.rows.stay_reports import StayReportRows
from jirani.store.rows.stay_sales import StaySaleRows
from jirani.store.rows.stay_settings import StaySettingRows
from jirani.store.rows.stay_trials import StayTrialRows
from jirani.store.rows.stays import ListingRows, ReservationRows
from jirani.store.schema import APP_ROLE, JOBS_ROLE

T = TypeVar("T")
_open: ContextVar[bool] = ContextVar("a unit of work is open", default=False)

_ENTER = text("SELECT set_config('role', :role, true), set_config('app.business', :business, true)")
# Sorted, distinct and in one statement: two units can never wait for each other.
_LOCK = text(
    "SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT hashtextextended(n, 0) AS k "
    "FROM unnest(CAST(:keys AS text[])) AS n ORDER BY 1) AS sorted"
)


class Work:
    """Reads and writes inside one open transaction of one business."""

    def __init__(self, session: AsyncSession, business_id: str) -> None:
        self.session = session
        self.business = BusinessRows(session, business_id)
        self.catalogue = CatalogueRows(session, business_id)
        self.customers = CustomerRows(session, business_id)
        self.threads = ThreadRows(session, business_id)
        self.messages = MessageRows(session, business_id)
        self.dossiers = DossierRows(session, business_id)
        self.appointments = AppointmentRows(session, business_id)
        self.proposals = ProposalRows(session, business_id)
        self.offers = OfferRows(session, business_id)
        self.payments = PaymentRows(session, business_id)
        self.outbox = OutboxRows(session, business_id)
        self.decisions = DecisionRows(session, business_id)
        self.keys = KeyRows(session, business_id)
        self.preferences = PreferenceRows(session, business_id)
        self.listings = ListingRows(session, business_id)
        self.reservations = ReservationRows(session, business_id)
        self.stay_settings = StaySettingRows(session, business_id)
        self.stay_offers = StayOfferRows(session, business_id)
        self.stay_claims = ClaimRows(session, business_id)
        self.stay_sales = StaySaleRows(session, business_id)
        self.stay_reports = StayReportRows(session, business_id)
        self.stay_trials = StayTrialRows(session, business_id)
        self.openings = OpeningRows(session, business_id)
        self.recovery_offers = RecoveryOfferRows(session, business_id)
        self.recovery_reports = RecoveryReportRows(session, business_id)
        self.candidates = CandidateRows(session, business_id)
        self.scores = ScoreRows(session, business_id)
        self.scoring = ScoringRows(session, business_id)
        self.consents = ConsentRows(session, business_id)
        self.pms_events = EventRows(session, business_id)
        self.pms_accounts = AccountRows(session, business_id)

    async def once(self, _key: Hashable, work_out: Callable[[], Awaitable[T]]) -> T:
        """Return what is worked out from rows; a unit for many does so once for each key."""
        return await work_out()

    async def finish(self) -> None:
        """Write what still waits to be written, just before the commit: here nothing does."""


Unit = TypeVar("Unit", bound=Work)


class Store:
    """Where units of work begin. A unit inside a unit raises: SQLite would wait for itself."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._writing = engine.execution_options(writes=True)
        self._reading = engine
        if engine.dialect.name == "postgresql":  # as on SQLite, all of it is of one moment
            self._reading = engine.execution_options(isolation_level="REPEATABLE READ")
        # Left to SQLite, writers would poll for its one lock until the unluckiest gives up, each
        # with a connection that readers need.
        alone = asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        self._turn: AbstractAsyncContextManager[Any] = alone

    @asynccontextmanager
    async def begin(self, business_id: str, locks: Iterable[str] = ()) -> AsyncIterator[Work]:
        """Open a writing transaction, holding `locks` (staff and customer ids) until it ends."""
        async with self.begin_as(Work, business_id, locks) as work:
            yield work

    @asynccontextmanager
    async def begin_as(
        self, unit: Callable[[AsyncSession, str], Unit], business_id: str, locks: Iterable[str] = ()
    ) -> AsyncIterator[Unit]:
        """Open a writing transaction of another kind of unit."""
        async with self._session(self._writing, APP_ROLE, business_id) as session:
            keys = [f"{business_id}:{name}" for name in locks]
            if keys and self.engine.dialect.name == "postgresql":
                await session.execute(_LOCK, {"keys": keys})
            work = unit(session, business_id)
            yield work
            await work.finish()

    @asynccontextmanager
    async def read(self, business_id: str) -> AsyncIterator[Work]:
        """Open a reading transaction: it sees the rows of one moment, and waits for no writer."""
        async with self.read_as(Work, business_id) as work:
            yield work

    @asynccontextmanager
    async def read_as(
        self, unit: Callable[[AsyncSession, str], Unit], business_id: str
    ) -> AsyncIterator[Unit]:
        """Open a reading transaction of another kind of unit."""
        async with self._session(self._reading, APP_ROLE, business_id) as session:
            yield unit(session, business_id)

    @asynccontextmanager
    async def queues(self, *, claiming: bool = False) -> AsyncIterator[Queues]:
        """Look over all businesses at what is due; sees the queues' columns and no more."""
        engine = self._writing if claiming else self.engine
        async with self._session(engine, JOBS_ROLE, "") as session:
            yield Queues(session)

    @asynccontextmanager
    async def _session(
        self, engine: AsyncEngine, role: str, business_id: str
    ) -> AsyncIterator[AsyncSession]:
        if _open.get():
            raise RuntimeError("a unit of work is already open in this task")
        token = _open.set(True)
        try:
            async with (
                self._turn if engine is self._writing else nullcontext(),
                AsyncSession(engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                line = session.info[LINE] = await session.connection()
                if engine.dialect.name == "postgresql":
                    await line.execute(_ENTER, {"role": role, "business": business_id})
                yield session
        finally:
            _open.reset(token)

    async def close(self) -> None:
        """Give every connection back."""
        await self.engine.dispose()
