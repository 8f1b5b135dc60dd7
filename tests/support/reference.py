"""The pages made from the settings and texts: `python -m tests.support.reference` writes them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from app.commands.settings import example_file, markdown
from jirani.rules.facts import RecoveryPolicy
from jirani.rules.recovery.settings import SETTINGS
from prompts.library import Prompts
from prompts.recovery_settings import RECOVERY_SETTINGS
from prompts.sections import LANGUAGES, PLAIN_TONE
from tests.support.tree import ROOT

EXAMPLE = ROOT / ".env.example"
PAGE = ROOT / "docs" / "configuration.md"
SLOT_RECOVERY = ROOT / "docs" / "slot-recovery.md"
TOLD_FIRST = ("listening", "offer", "offer_shared", "move_up", "reminder", "reminder_move_up")
AGAIN = "run `.venv/bin/python -m tests.support.reference`"
_ROWS = r"(?:.*\n)(?:\|.*\n)+"
_TABLE = re.compile(rf"(?m)^\| setting \| default \| {_ROWS}")
_POLICY = re.compile(rf"(?m)^\| setting \| it may be \| {_ROWS}")
_TEXTS = re.compile(rf"(?m)^\| when \| English \| {_ROWS}")


def page() -> str:
    """Return docs/configuration.md with the table as the settings have it now."""
    return _TABLE.sub(lambda _: markdown(), PAGE.read_text("utf-8"), count=1)


def slot_recovery() -> str:
    """Return docs/slot-recovery.md with its tables as settings and texts are now."""
    text = SLOT_RECOVERY.read_text("utf-8")
    for table, rows in ((_POLICY, policy_rows()), (_TEXTS, text_rows())):
        made = "".join(f"{row}\n" for row in rows)
        assert "\\" not in made
        text = table.sub(made, text, count=1)
    return text


def policy_rows() -> Iterator[str]:
    """Write the table of what a business may set about freed slots."""
    yield "| setting | it may be | default | what it changes | when to use it |"
    yield "|---|---|---|---|---|"
    for name, setting in SETTINGS.items():
        changes, use = RECOVERY_SETTINGS[name]
        default = written(getattr(RecoveryPolicy(), setting.field), setting.values, setting.read)
        yield f"| `{name}` | {setting.values} | `{default}` | {changes} | {use} |"


def written(value: Any, values: str, read: Any) -> str:
    """Write a policy's value as one would set it."""
    if isinstance(value, timedelta):
        return str(value // timedelta(minutes=1))
    words = values.split(" or ")
    return next(each for each in words if read(each) == value) if len(words) > 1 else str(value)


def text_rows() -> Iterator[str]:
    """Write the table of what customers read about freed slots, with the texts' own examples."""
    yield "| when | English | Swahili |"
    yield "|---|---|---|"
    first = [f"recovery_{each}" for each in TOLD_FIRST]
    texts = sorted(Prompts().texts(), key=lambda each: (each.name not in first, each.name))
    for text in texts:
        if text.name.startswith("recovery_"):
            said = [
                text.section(language, PLAIN_TONE).template.render(text.examples(language))
                for language in LANGUAGES
            ]
            yield f"| {text.description.rstrip('.')} | {' | '.join(said)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    SLOT_RECOVERY.write_text(slot_recovery(), "utf-8")
    EXAMPLE.write_text(example_file(), "utf-8")
