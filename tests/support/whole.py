"""One whole conversation: booked, the neighbouring slot added, paid once for both."""

from datetime import timedelta

from app.demo import ensure_demo
from jirani.services import Services
from tests.support.talking import Talk

_LINES = ("hi, can I get a manicure tomorrow at 2?", "yes", "sawa", "Grace Wanjiku, 0712 345 678")


async def books_and_pays(services: Services) -> None:
    """Have it with the demo salon, and look at what it left there."""
    talk = Talk(services, await ensure_demo(services))
    await talk.says(*_LINES)
    await talk.waits(timedelta(seconds=3))
    mine = {"business": talk.business_id}
    paid = "SELECT amount, status FROM payments WHERE business_id = :business"
    kept = "SELECT status, source FROM appointments WHERE business_id = :business ORDER BY id"
    assert await talk.find(paid, **mine) == [(270_000, "paid")]
    assert await talk.find(kept, **mine) == [("confirmed", "chat"), ("confirmed", "cross_sell")]
    assert "KES 2,700" in talk.sent[-1]
