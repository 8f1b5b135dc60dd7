"""Personal data and what stands in its place: the same person is the same stand-in everywhere.

A replaced text still says the same: a name stays a name nobody of the business has, a valid phone
number stays valid, in the shape it was written in, and what was no number stays none.
"""

import re
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from itertools import count, islice

import phonenumbers

from evals.capturing.persons import Persons

_URL = r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|me|ke|tz|ug)\b(?:/\S*)?"
_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_HANDLE = r"(?<!\w)@[^\W\d_][\w.]*"
_DATE = r"(?<!\d)(?:20\d\d[-.]\d{1,2}[-.]\d{1,2}|\d{1,2}[-.]\d{1,2}[-.]20\d\d)(?!\d)"
_MONEY = r"(?i:\b(?:kes|kshs?|sh|usd|tzs|ugx)\b\.?|[$\u20ac\u00a3])\s?\d[\d,.]*"
_RECEIPT = r"\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{10}\b"
_DIGITS = r"(?<!\w)(?:\+|00)?\(?\d[\d\s().\u2010-\u2015-]{4,22}\d(?!\w)|\d{6,}"
_RUN = re.compile(r"\+?\d{6,}")
FEWEST = 6  # digits that may be somebody's: clock times, amounts and days have fewer
KEPT = 3  # digits of a national number that tell what kind of number it is
MOST = 100  # numbers to try behind the digits that are kept


class Replacing:
    """Replaces personal data in texts; `own` are the business's words, which stay."""

    def __init__(
        self,
        names: Iterable[str],
        own: Collection[str] = (),
        *,
        receipts: Iterable[str] = (),
        region: str = "KE",
        said: str = "",
    ) -> None:
        self.persons = Persons(names, own, said)
        self.region = region
        self._phones: dict[str, str] = {}
        self._taken = {
            digits
            for each in re.findall(_DIGITS, said)
            if len(digits := _only_digits(each)) >= FEWEST
        }
        self._others: dict[str, str] = {}
        self._numbers = count(1)
        known = "|".join(re.escape(each) for each in sorted(receipts, key=len, reverse=True))
        kinds: tuple[tuple[str, str, Callable[[str], str]], ...] = (
            ("email", _EMAIL, self._email),
            ("url", _URL, self._url),
            ("handle", _HANDLE, self._handle),
            ("date", _DATE, str),
            ("money", _MONEY, str),
            ("known", f"(?i:{known})" if known else r"(?!)", self._receipt),
            ("digits", _DIGITS, self._digits),
            ("receipt", _RECEIPT, self._receipt),
        )
        self._replacers = {name: replacer for name, _, replacer in kinds}
        self._pattern = re.compile("|".join(f"(?P<{name}>{part})" for name, part, _ in kinds))

    def text(self, text: str) -> str:
        """Replace all personal data in a text."""
        parts, last = [], 0
        for found in self._pattern.finditer(text):
            parts.append(self.persons.replaced(text[last : found.start()]))
            parts.append(self._replacers[found.lastgroup or ""](found[0]))
            last = found.end()
        parts.append(self.persons.replaced(text[last:]))
        return "".join(parts)

    def phone(self, number: str) -> str:
        """Replace a number stored as E.164."""
        return self._digits(number)

    def _digits(self, said: str) -> str:
        digits = _only_digits(said)
        if len(digits) < FEWEST:
            return said
        national = self._national(said)
        if national is None and (runs := _RUN.findall(said)) and runs != [said]:
            return _RUN.sub(lambda run: self._digits(run[0]), said)
        key = national or digits
        if key not in self._phones:
            self._phones[key] = self._another(said, key, valid=national is not None)
        return _with_digits(said, self._phones[key])

    def _another(self, said: str, digits: str, *, valid: bool) -> str:
        """Return as many other digits, which make a phone number if these do, and none if not."""
        made = digits
        # What was no number may begin as all numbers of some country do: then less of it is kept.
        most = KEPT if valid else max(0, min(KEPT, len(digits) - FEWEST))
        for kept in range(most, -1, -1):
            width = len(digits) - kept
            for number in islice(self._numbers, MOST):
                made = digits[:kept] + f"{number:0{width}d}"[-width:]
                free = not any(made in each or each in made for each in self._taken)
                if free and (self._national(_with_digits(said, made)) is not None) == valid:
                    return made
        return made

    def _national(self, said: str) -> str | None:
        """Return the national digits of a valid number."""
        plain = re.sub(r"^00(?=\d)", "+", re.sub(r"[^\d+]", "", said))
        for text in (plain, f"+{plain}"):
            with suppress(phonenumbers.NumberParseException):
                number = phonenumbers.parse(text, self.region)
                national = str(number.national_number)
                if phonenumbers.is_valid_number(number) and plain.endswith(national):
                    return national
        return None

    def _email(self, said: str) -> str:
        return self._numbered(said, "guest{}@example.com")

    def _url(self, said: str) -> str:
        return self._numbered(said, "https://example.com/{}")

    def _handle(self, said: str) -> str:
        return said if said[1:].casefold() in self.persons.own else self._numbered(said, "@guest{}")

    def _numbered(self, said: str, form: str) -> str:
        key = said.casefold()
        if key not in self._others:
            self._others[key] = form.format(len(self._others) + 1)
        return self._others[key]

    def _receipt(self, said: str) -> str:
        """Put other letters and digits in the place of each."""
        key = said.casefold()
        if key not in self._others:
            number = iter(f"{len(self._others) + 1:0{len(said)}d}"[::-1])
            letters = iter("XYZ" * len(said))
            changed = [next(number) if char.isdigit() else next(letters) for char in key[::-1]]
            self._others[key] = "".join(reversed(changed))
        other = self._others[key]
        return other.lower() if said.islower() else other


def _only_digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _with_digits(said: str, digits: str) -> str:
    """Write digits over the last of those in a text, which keeps its shape."""
    left = list(digits)
    return "".join(left.pop() if char.isdigit() and left else char for char in reversed(said))[::-1]
