"""Random histories of a small salon: what guests, the provider, time and bad luck may do."""

from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from jirani.connectors.memory_gateway import Course
from jirani.rules.facts import PaymentPolicy
from jirani.rules.reading import Meaning
from jirani.services.answering import accept, decline
from jirani.services.charging import start
from jirani.services.confirming import confirm
from jirani.services.confirming import decline as leave
from jirani.services.contacts import save
from jirani.services.proposing import propose_cancellation, propose_time
from jirani.services.settling import callback
from tests.support.careful_reader import LIVE, Wanted
from tests.support.keeping import AGAIN, Kept, Trouble
from tests.support.salon import Guest
from tests.support.seeing import Row

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
OPENS, STARTS = "10:00", 7  # every quarter of an hour from then on

who = st.integers(0, 2)
times = st.integers(0, STARTS - 1)
wishes = st.sampled_from(
    [
        ("manicure", "amina"),
        ("manicure", "beth"),
        ("pedicure", "amina"),
        ("haircut", "cora"),
        ("haircut", "beth"),
    ]
)
waits = st.sampled_from([1, 10, 29, 30, 31, 60, 90, 91, 120, 121, 180, 300, 301, 600, 1801])
meanings = st.sampled_from([Meaning.ACCEPT] * 4 + [Meaning.DECLINE, Meaning.LATER, Meaning.UNCLEAR])
troubles: st.SearchStrategy[Trouble] = st.one_of(
    st.none(), st.none(), st.just(AGAIN), st.integers(1, 70)
)


class Histories(Kept):
    """A salon with three guests, one of whom is slow to give a phone number."""

    @initialize(policy=st.sampled_from(PaymentPolicy))
    def opens(self, policy: PaymentPolicy) -> None:
        self.begin(policy)

    # --- what guests do

    @rule(n=who, wish=wishes, time=times, trouble=troubles)
    def asks(self, n: int, wish: tuple[str, str], time: int, trouble: Trouble) -> None:
        with self.step("asks"):
            self._asks(self.guests[n], wish, time, trouble)

    @rule(n=who, wish=wishes, time=times, trouble=troubles)
    def books_and_hears(self, n: int, wish: tuple[str, str], time: int, trouble: Trouble) -> None:
        with self.step("books, and looks for a neighbour"):
            guest = self.guests[n]
            self._asks(guest, wish, time, None)
            if asked := self.asked(guest):
                self._says_yes(guest, asked[-1], named=True, trouble=None)
            self._hears(guest, trouble)

    @precondition(lambda self: self.unoffered())
    @rule(n=who, trouble=troubles)
    def hears(self, n: int, trouble: Trouble) -> None:
        with self.step("looks for a neighbour"):
            self._hears(self.unoffered()[n % len(self.unoffered())], trouble)

    @precondition(lambda self: self.asking())
    @rule(n=who, back=st.integers(0, 2), meaning=meanings, named=st.booleans(), trouble=troubles)
    def answers(self, n: int, back: int, meaning: Meaning, named: bool, trouble: Trouble) -> None:
        with self.step(f"says {meaning}"):
            guest = self.asking()[n % len(self.asking())]
            asked = self.asked(guest)[-1 - back % len(self.asked(guest))]
            if meaning is Meaning.ACCEPT:
                self._says_yes(guest, asked, named=named, trouble=trouble)
            elif meaning is Meaning.UNCLEAR:
                self._says_nothing(guest, asked)
            else:
                self._says_no(guest, asked, meaning, trouble)

    @precondition(lambda self: self.asking())
    @rule(n=who)
    def says_yes_to_everything(self, n: int) -> None:
        with self.step("says one yes to everything"):
            guest = self.asking()[n % len(self.asking())]
            case = self.run(guest.says(Meaning.ACCEPT))
            for each in self.asked(guest):
                settle = accept if self.is_offer(each) else confirm
                self.does("yes", partial(settle, case, self.catalogue, each.id))

    @precondition(lambda self: self.booked())
    @rule(n=st.integers(0, 5), trouble=troubles)
    def cancels(self, n: int, trouble: Trouble) -> None:
        with self.step("wants to cancel"):
            guest, each = self.booked()[n % len(self.booked())]
            case, current = self.run(guest.says(Meaning.CANCEL)), self.fact(each)
            self.does("cancel", lambda: propose_cancellation(case, current), trouble)
            waiting = [p for p in self.asked(guest) if p.status == "open"]
            assert [(p.kind, p.appointment_id) for p in waiting] == [("cancel", each.id)]

    @precondition(lambda self: self.booked())
    @rule(n=st.integers(0, 5), time=times, trouble=troubles)
    def moves(self, n: int, time: int, trouble: Trouble) -> None:
        with self.step("wants to move"):
            guest, each = self.booked()[n % len(self.booked())]
            self._asks(guest, (each.service_id, each.staff_id), time, trouble, moved=each)

    @precondition(lambda self: self.booked())
    @rule(n=who, trouble=troubles)
    def asks_to_pay(self, n: int, trouble: Trouble) -> None:
        with self.step("asks to pay"):
            guest = self.guests[n]
            self.asked_to_pay.add(guest.thread_id)
            case = self.run(guest.says())
            self.does("pay", lambda: start(case), trouble)

    # --- what the house and the provider do

    @rule(n=who, what=st.sampled_from(["price", "phone", *reversed(Course), "anew", "dial"]))
    def something_else(self, n: int, what: str) -> None:
        with self.step(f"something else: {what}"):
            if what == "dial":
                self.turn("cross_sell")
            elif what == "price":
                self.run(self.reprice("pedicure", 150_000 + 10_000 * n))
            elif what == "phone":
                case = self.run(self.guests[-1].says())
                self.does("contact", lambda: save(case, "Grace", "+254711000000"))
            elif what == "anew":
                self.guests[n] = self.run(self.guests[n].in_new_thread())
                self.look()
            else:
                self.ground.gateway.default = what
                self.courses.add(what)

    @precondition(lambda self: self.delivered)
    @rule(n=st.integers(0, 9))
    def a_callback_comes_again(self, n: int) -> None:
        with self.step("a callback comes again"):
            update = self.delivered[n % len(self.delivered)]
            before = self.seen
            self.does("callback", lambda: callback(self.salon.services, update))
            assert self.seen == before, "P2: a callback that came again changed something"

    @precondition(lambda self: self.waiting())
    @rule(seconds=waits, trouble=troubles)
    def time_passes(self, seconds: int, trouble: Trouble) -> None:
        with self.step("time passes"):
            self.passes(seconds * SECOND)
            self._work(trouble)

    @precondition(lambda self: self.waiting())
    @rule(seconds=waits)
    def the_sweeper_sleeps(self, seconds: int) -> None:
        with self.step("the sweeper sleeps"):
            self.passes(seconds * SECOND)

    # --- how each goes on

    def _asks(
        self,
        guest: Guest,
        wish: tuple[str, str],
        time: int,
        trouble: Trouble,
        moved: Row | None = None,
    ) -> None:
        service, staff = wish
        start_at = self.opens_at + time * 15 * MINUTE
        moves = self.fact(moved) if moved else None
        case = self.run(guest.says())
        self.look()
        wanted = Wanted.of(guest.appointment(service, staff, start_at))
        expected = self.reader().may_be_proposed(wanted, moved)
        self.does(
            "ask",
            lambda: propose_time(case, self.catalogue, service, staff, start_at, moves=moves),
            trouble,
        )
        waiting = [
            each
            for each in self.asked(guest)
            if each.status == "open"
            and each.kind != "cancel"
            and each.expires_at > self.now
            and Wanted.of(self.seen.one("appointments", each.appointment_id)) == wanted
            and each.moves_id == (moved and moved.id)
        ]
        assert expected in (None, bool(waiting)), f"asking: expected {expected}"

    def _hears(self, guest: Guest, trouble: Trouble) -> None:
        dial = self.salon.dials.cross_sell != "never"
        expected = self.reader().may_be_offered(guest.thread_id, self.catalogue, dial=dial)
        known = {each.id for each in self.seen.offers}
        self.does("offer", guest.is_offered, trouble)
        fresh = [each for each in self.seen.offers if each.id not in known]
        assert all(self.holds_pair(each) for each in fresh), "X8: an offer without its pair"
        new = [(each.starts_at, each.staff_id) for each in fresh]
        if expected is not None:
            assert new == ([expected] if expected else []), f"offering: expected {expected}"

    def _says_yes(self, guest: Guest, asked: Row, *, named: bool, trouble: Trouble) -> None:
        case = self.run(guest.says(Meaning.ACCEPT, handle=asked.id if named else None))
        self.look()
        reader, before = self.reader(), self.seen
        if self.is_offer(asked):
            offer = before.one("offers", asked.id)
            expected = reader.may_be_bought(offer, self.catalogue, named=named)
            late = reader.is_late(offer)
            self.does("yes", lambda: accept(case, self.catalogue, asked.id), trouble)
            sold = len(self.seen.sales) - len(before.sales)
            self.tally[f"{'late ' * late}yes: {'sold' if sold else 'refused'}"] += 1
            assert expected in (None, sold == 1), f"yes to an offer: expected {expected}"
            assert sold in (0, 1), "O1: one yes settles one offer"
        else:
            proposal = before.one("proposals", asked.id)
            expected = reader.may_be_confirmed(proposal, named=named)
            self.does("yes", lambda: confirm(case, self.catalogue, asked.id), trouble)
            now = self.seen.one("proposals", asked.id)
            done = (now.status, now.accepted_seq) == ("accepted", case.seq)
            assert expected in (None, done), f"yes to a proposal: expected {expected}"

    def _says_no(self, guest: Guest, asked: Row, meaning: Meaning, trouble: Trouble) -> None:
        case = self.run(guest.says(meaning))
        before = self.seen
        waits_for_it = asked.status in ("open", "offered") and asked.expires_at > self.now
        act, table = (decline, "offers") if self.is_offer(asked) else (leave, "proposals")
        self.does("no", lambda: act(case, asked.id), trouble)
        ended = {"offers": "declined", "proposals": "dropped"}[table]
        now, was = self.seen.one(table, asked.id).status, before.one(table, asked.id).status
        assert now == (ended if waits_for_it else was), f"no: {was} became {now}"
        assert not self.sold_since(before)

    def _says_nothing(self, guest: Guest, asked: Row) -> None:
        case = self.run(guest.says(Meaning.UNCLEAR))
        before = self.seen
        settle = accept if self.is_offer(asked) else confirm
        self.does("nothing", lambda: settle(case, self.catalogue, asked.id))
        assert not self.sold_since(before), "O1: no yes was said"
        assert [a.status for a in self.seen.appointments if a.status in LIVE] == [
            a.status for a in before.appointments if a.status in LIVE
        ]
