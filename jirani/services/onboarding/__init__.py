"""Onboarding (domain §3): a business's catalogue, staff, relations, knowledge; its dials.

Every import reads the whole file first. Anything wrong refuses all of it before any write, and the
refusal names every problem with its line. The same file imported again changes nothing.
"""

from jirani.services.onboarding.business import create_business
from jirani.services.onboarding.dials import DialState, reset_dial, set_dial, set_dials, show_dials
from jirani.services.onboarding.knowledge import import_knowledge
from jirani.services.onboarding.relations import describe, import_relations
from jirani.services.onboarding.report import Refused, Report
from jirani.services.onboarding.services import import_services
from jirani.services.onboarding.staff import import_exceptions, import_staff

__all__ = [
    "DialState",
    "Refused",
    "Report",
    "create_business",
    "describe",
    "import_exceptions",
    "import_knowledge",
    "import_relations",
    "import_services",
    "import_staff",
    "reset_dial",
    "set_dial",
    "set_dials",
    "show_dials",
]
