"""Where the guards are, and every way in which one is weakened."""

import sqlite3
from contextlib import closing
from pathlib import Path

from evals.mutating import deriving
from evals.mutating.database import of_schema, of_scripts
from evals.mutating.mutant import Mutant
from evals.rules import BUILT, Slice

PURE = ("jirani.rules",)
ASKING = ("jirani.services", "jirani.connectors.payments")
STATING = ("agent.backing",)  # its tables say what is backed: one row less forbids more
HOLDING = ("jirani.store.holds", "jirani.store.mutex", "jirani.store.refusals")
STORED = ("jirani.store.rows", "jirani.store.queues")
# What only shows, or only reads words and cells, decides nothing; who decides upon it is here. The
# same goes for what tells of the past: how facts are kept, and what would have been otherwise.
SHOWING = (
    "jirani.rules.claims.clock",
    "jirani.rules.claims.days",
    "jirani.rules.claims.model",
    "jirani.rules.claims.money",
    "jirani.rules.claims.naming",
    "jirani.rules.claims.numbers",
    "jirani.rules.claims.offerings",
    "jirani.rules.claims.phones",
    "jirani.rules.claims.sentences",
    "jirani.rules.dossier",
    "jirani.rules.facts.dealings",
    "jirani.rules.plain",
    "jirani.rules.stays.keeping",
    "jirani.rules.stays.replaying",
    "jirani.services.onboarding.amounts",
    "jirani.services.onboarding.hours",
    "jirani.services.onboarding.names",
    "jirani.services.onboarding.report",
    "jirani.services.onboarding.sheet",
    "jirani.services.recovery.why",
    "jirani.services.stays.backtest",
    "jirani.services.stays.seen",
    "jirani.services.stays.settings_file",
    "jirani.services.stays.story",
    "jirani.services.stays.telling",
    "jirani.services.stays.why",
    "jirani.services.stays.words",
    "jirani.services.stays.written",
    "jirani.store.rows.dossier",
    "jirani.store.rows.recorded",
)
# Guards that no flow asks yet are judged with the slice they belong to, once it is built.
OF_SLICE = {
    Slice.STAYS: ("jirani.rules.stays", "jirani.store.rows.stay"),
    Slice.RECOVERY: ("jirani.rules.recovery", "jirani.services.recovery"),
}


def every_mutant(migrated: Path) -> list[Mutant]:
    """Return all mutants, by file and line; `migrated` is an SQLite database with our tables."""
    pure, asking, stating, holding, stored = (
        [each for each in deriving.modules(names) if each.name not in SHOWING]
        for names in (PURE, ASKING, STATING, HOLDING, STORED)
    )
    with closing(sqlite3.connect(migrated)) as database:
        schema = list(of_schema(database))
    found = [
        *deriving.of_functions(pure, everything=True),
        *deriving.of_tables(pure),
        *deriving.of_functions([*asking, *stating, *holding], everything=False),
        *deriving.of_tables(asking),
        *deriving.of_statements(stored),
        *of_scripts(),
        *schema,
    ]
    return sorted(found, key=lambda each: (each.file, each.line))


def waits(mutant: Mutant) -> bool:
    """Tell whether its guard belongs to a slice that is not built: no scenario can protect it."""
    later = tuple(name for part, names in OF_SLICE.items() if part not in BUILT for name in names)
    return mutant.module.startswith(later)
