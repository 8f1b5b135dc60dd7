"""What a business wants its guests to know, from a spreadsheet."""

from dataclasses import replace

from jirani.rules.facts import Snippet
from jirani.services import Services
from jirani.services.onboarding.names import Wrong, key, listed, tidy
from jirani.services.onboarding.report import Parsed, Report
from jirani.services.onboarding.sheet import Column, read_sheet
from jirani.services.onboarding.writing import importing
from prompts.sections import LANGUAGES

TOPIC_LIMIT = 80
KEYWORD_LIMIT = 60
TEXT_LIMIT = 1000

_COLUMNS = (
    Column("topic", ("about", "subject", "mada")),
    Column("language", ("lang", "locale", "lugha")),
    Column("text", ("answer", "reply", "jibu")),
    Column("keywords", ("words", "keyword"), required=False),
)


def parse_knowledge(text: str) -> Parsed[Snippet]:
    """Read snippets, without ids yet: one text per topic and language.

    Raises:
        Refused: with every problem of the file.
    """
    sheet = read_sheet(text, _COLUMNS)
    snippets = tuple(
        Snippet(
            id="",
            topic=row.take("topic", lambda text: tidy(text, TOPIC_LIMIT), ""),
            language=row.take("language", _language, ""),
            keywords=row.take("keywords", lambda text: listed(text, KEYWORD_LIMIT), ()),
            text=row.take("text", lambda text: tidy(text, TEXT_LIMIT), ""),
        )
        for row in sheet.rows
    )
    sheet.once("topic", [_key(one) if one.topic and one.language else "" for one in snippets])
    sheet.problems.refuse()
    return Parsed(snippets, sheet.ignored)


async def import_knowledge(
    services: Services, business_id: str, text: str, *, dry_run: bool = False
) -> Report:
    """Add and update snippets from a file, by topic and language.

    A dry run checks and reports, and writes nothing. Raises Refused before any write.
    """
    wanted = parse_knowledge(text)
    async with importing(services, business_id) as work:
        stored = {_key(snippet): snippet for snippet in await work.catalogue.snippets()}
        report = Report(ignored=wanted.ignored)
        for snippet in wanted.items:
            before = stored.get(_key(snippet))
            after = replace(snippet, id=before.id if before else services.ids.new())
            label = f"{snippet.topic} ({snippet.language})"
            if report.note(label, before, after) and not dry_run:
                await work.catalogue.put_snippet(after)
    return report


def _language(text: str) -> str:
    if text.casefold() not in LANGUAGES:
        said = f"{text!r} is not spoken here" if text else "is missing"
        raise Wrong(f"{said}; write {' or '.join(LANGUAGES)}")
    return text.casefold()


def _key(snippet: Snippet) -> tuple[str, str]:
    return key(snippet.topic), snippet.language
