"""A guest who cannot be answered is told of to the host, with the words (U5)."""

from datetime import date, timedelta

import pytest

from jirani.connectors.memory_pms_faults import PmsFault
from jirani.services import Services
from tests.support.lodge import EARLY, HOST, local
from tests.support.staying import staying, writes

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("fault", [PmsFault.REFUSED, PmsFault.DOWN])
async def test_an_answer_that_cannot_be_posted_is_the_hosts_to_give(
    services: Services, fault: PmsFault
) -> None:
    lodge = await staying(services, EARLY)
    await lodge.books(date(2026, 6, 15), date(2026, 6, 20))
    lodge.pms.faults.always("post", fault)
    await writes(lodge, "Thanks!")
    await lodge.through(local(6, 1, 14), timedelta(minutes=5))
    [mail] = lodge.mailer.to(HOST)
    assert mail.subject == "An answer to Sarah could not be sent"
    assert str(fault) in mail.plain
