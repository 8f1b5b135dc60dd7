from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer
from sqlalchemy import text

from jirani.store.watching import summary, trace_queries
from jirani.store.work import Store
from tests.support.counting import make_counter
from tests.support.house import MONDAY

pytestmark = pytest.mark.anyio


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracer(spans: InMemorySpanExporter) -> Iterator[Tracer]:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    yield provider.get_tracer("test")
    provider.shutdown()


def names(spans: InMemorySpanExporter) -> list[str]:
    return [span.name for span in spans.get_finished_spans()]


async def test_statements_are_spans_inside_a_traced_piece_of_work_only(
    store: Store, tracer: Tracer, spans: InMemorySpanExporter
) -> None:
    trace_queries(store.engine, tracer)
    await make_counter(store)
    assert names(spans) == []
    with tracer.start_as_current_span("work"):
        async with store.read("a") as work:
            await work.business.get()
    assert "SELECT businesses" in names(spans)
    assert names(spans)[-1] == "work"
    (select,) = [each for each in spans.get_finished_spans() if each.name == "SELECT businesses"]
    assert select.attributes == {
        "db.system.name": store.engine.dialect.name,
        "db.operation.name": "SELECT",
        "db.collection.name": "businesses",
    }


async def test_a_statement_that_fails_ends_its_span_without_its_words(
    store: Store, tracer: Tracer, spans: InMemorySpanExporter
) -> None:
    trace_queries(store.engine, tracer)
    with tracer.start_as_current_span("work"):
        async with store.read("a") as work:
            with pytest.raises(Exception, match="marmalade"):
                await work.session.execute(text("SELECT marmalade FROM businesses"))
    (failed,) = [each for each in spans.get_finished_spans() if not each.status.is_unset]
    assert failed.name == "SELECT businesses"
    assert failed.attributes
    assert "error.type" in failed.attributes
    assert "marmalade" not in failed.to_json()


async def test_what_waits_in_the_outbox_is_counted_over_all_businesses(store: Store) -> None:
    await make_counter(store)
    async with store.begin("a") as work:
        for number in range(2):
            await work.outbox.put(
                f"0{number}",
                kind="message",
                peer="peer",
                dedupe_key=str(number),
                payload={},
                at=MONDAY,
            )
    async with store.queues() as queues:
        assert await queues.waiting() == {"ready": (2, MONDAY)}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT a FROM threads JOIN messages ON x", ("SELECT", ("threads", "messages"))),
        ('INSERT INTO "messages" (a) VALUES (?)', ("INSERT", ("messages",))),
        ("UPDATE offers SET text = 'FROM marmalade'", ("UPDATE", ("offers",))),
        ("BEGIN IMMEDIATE", ("BEGIN", ())),
        ("-- marmalade", ("OTHER", ())),
    ],
)
def test_a_statement_is_summed_up_by_its_kind_and_our_tables(
    statement: str, expected: tuple[str, tuple[str, ...]]
) -> None:
    assert summary(statement) == expected
