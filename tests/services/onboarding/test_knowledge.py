"""What may be told about the business (O13)."""

import pytest

from jirani.services import Services
from jirani.services.onboarding import Refused, import_knowledge

pytestmark = pytest.mark.anyio

FILE = """topic,language,keywords,text
parking,en,parking|car,"Yes, behind the building."
parking,sw,maegesho,"Ndiyo, nyuma ya jengo."
"""


async def test_knowledge_is_kept_by_topic_and_language(services: Services, salon: str) -> None:
    first = await import_knowledge(services, salon, FILE)
    again = await import_knowledge(services, salon, FILE)
    changed = await import_knowledge(services, salon, "Topic,Lang,Text\nParking,EN,No.\n")
    assert first.added == again.unchanged == ["parking (en)", "parking (sw)"]
    assert changed.updated == ["Parking (en)"]
    async with services.store.read(salon) as work:
        texts = {
            (snippet.topic, snippet.language): snippet.text
            for snippet in await work.catalogue.snippets()
        }
    assert texts == {("Parking", "en"): "No.", ("parking", "sw"): "Ndiyo, nyuma ya jengo."}


async def test_doubtful_knowledge_is_refused_whole(services: Services, salon: str) -> None:
    with pytest.raises(Refused) as refused:
        await import_knowledge(
            services, salon, f"{FILE}PARKING,en,,Again\nwifi,fr,,Oui\nwifi,,,{'x' * 1001}\n"
        )
    assert refused.value.errors == [
        "line 4, topic: stands on line 2 already; keep one",
        "line 5, language: 'fr' is not spoken here; write en or sw",
        "line 6, language: is missing; write en or sw",
        "line 6, text: may have 1000 characters; this one has 1001",
    ]
    async with services.store.read(salon) as work:
        assert await work.catalogue.snippets() == ()
