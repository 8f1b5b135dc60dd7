"""Which reads of Guesty belong together: our one call of a stay is several of its."""

from app.standin.ground import Befallen
from app.standin.guesty_account import Account
from jirani.connectors.memory_pms_faults import PmsFault


class Reading:
    """Which reads are one call to whoever makes them, so that one fault befalls it and not two.

    A list is followed by its stays in full, a stay by what V3 leaves out of it.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._listed: set[str] = set()
        self._read: set[str] = set()
        self._refused: set[str] = set()
        self._searched = False

    def stays(self, ids: list[str]) -> PmsFault | None:
        """Begin to read stays by V3, or go on after a list."""
        if ids and self._listed.issuperset(ids):
            self._listed.difference_update(ids)
            self._read = set(ids)
            return None
        self._searched, self._listed, self._read = False, set(), set(ids)
        self._refused.difference_update(ids)
        try:
            return self._befalls("reservation", ids)
        except Befallen as befallen:
            if befallen.fault is PmsFault.REFUSED:
                self._refused.update(ids)
            raise

    def stay(self, id: str) -> PmsFault | None:
        """Read a stay by the older API, or go on after V3."""
        if id in self._refused:  # what one way refuses, the other does not give either
            self._refused.discard(id)
            raise Befallen(PmsFault.REFUSED)
        if id in self._read:
            self._read.discard(id)
            return None
        return self._befalls("reservation", [id])

    def search(self) -> PmsFault | None:
        """Begin a list by V3."""
        fault = self._befalls("reservations", None)
        self._searched = True
        return fault

    def listed(self, ids: list[str]) -> None:
        """Remember whom a list named."""
        self._listed = set(ids)

    def filtered(self) -> PmsFault | None:
        """Read a list by the older API, or go on after V3."""
        if self._searched:
            self._searched = False
            return None
        return self._befalls("reservations", None)

    def _befalls(self, call: str, ids: list[str] | None) -> PmsFault | None:
        account = self._account
        fault = account.standin.reading(call)
        told = account.world.reservations if ids is None else map(account.reservation, ids)
        refs = {ref for ref in told if ref}
        if fault is PmsFault.PAYMENT_UNKNOWN:
            account.kept.unpaid_for |= refs
        else:
            account.kept.unpaid_for -= refs
        return fault
