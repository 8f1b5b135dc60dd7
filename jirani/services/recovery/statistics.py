"""What came of the slots that came free in a period (R1-R7)."""

from datetime import date
from zoneinfo import ZoneInfo

from jirani.rules.recovery.statistics import MEDIAN, MOST, Report, nearest, report, span
from jirani.services import Services


async def statistics(
    services: Services, business_id: str, first: date | None = None, last: date | None = None
) -> Report:
    """Report on the slots that came free from one day to another, by the business's clocks.

    The database counts; what is read does not grow with what happened.
    """
    async with services.store.read(business_id) as work:
        business = await work.business.get()
        period = span(first, last, ZoneInfo(business.zone))
        rows = work.recovery_reports
        openings, offers = await rows.openings(period), await rows.offers(period)
        told = report(openings, offers, await rows.messages(period))
        at = [nearest(share, told.total.fills) for share in (MEDIAN, MOST)]
        times = [None if nth is None else await rows.time_to_fill(period, nth) for nth in at]
        return report(openings, offers, told.messages, *times)
