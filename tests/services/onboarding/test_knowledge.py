"""What may be told about the business (O13, §3)."""

import pytest

from jirani.services import Services
from jirani.services.onboarding import Refused, import_knowledge
from jirani.services.onboarding.knowledge import parse_knowledge

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


def test_a_topic_may_have_80_characters_and_a_keyword_60() -> None:
    topic, keyword = "t" * 80, "k" * 60
    header = "topic,language,keywords,text\n"
    [snippet] = parse_knowledge(f"{header}{topic},en,{keyword},Yes.\n").items
    assert (snippet.topic, snippet.keywords) == (topic, (keyword,))
    with pytest.raises(Refused) as refused:
        parse_knowledge(f"{header}{topic}t,en,{keyword}k,Yes.\n")
    assert refused.value.errors == [
        "line 2, topic: may have 80 characters; this one has 81",
        "line 2, keywords: may have 60 characters; this one has 61",
    ]
