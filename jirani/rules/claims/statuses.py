"""Words that say something was done: booked, cancelled, moved, paid, handed over."""

import re
from collections.abc import Iterator

from jirani.rules.claims.model import Claim, ClaimKind
from jirani.rules.claims.sentences import Clause, clauses

_ADVERB = (
    r"(?:(?:now|already|all|both|also|just|officially|successfully|finally|completely|and"
    r"|(?:gone|went) ahead)\s+)*"
)
_IS = rf"(?:\b(?:is|are|was|were|been|got)|'s|'re)\s+{_ADVERB}"
_WE = rf"\b(?:i|we)(?:'ve|\s+have)?\s+{_ADVERB}"
_MONEY = r"\b(?:payments?|malipo|money|deposit|mpesa|m-pesa|pesa|hela)\b"
_BOOKING = r"\b(?:booking|appointment|reservation|slot|spot|seat|place)\b"
_DONE = r"(?:done|successful|complete[d]?|made|processed|in place|locked in|through)\b"
_SWAHILI = r"\b(?:ni|tu|u|m|a|wa|i|zi|ya|li|ki|vi|pa|ku)me(?:sha)?(?:ku|ki|i|zi|ya|li|m|mw|wa|vi)?"

# What is said, and any of the statuses that back it.
SAID: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (pattern, frozenset(backing.split()))
    for pattern, backing in (
        # English
        (rf"{_IS}(?:booked(?! out)|reserved|scheduled|secured)\b", "booked moved added"),
        (rf"{_IS}confirmed\b", "booked moved added"),
        (rf"{_WE}(?:booked|reserved|scheduled|secured|confirmed)\b", "booked moved added"),
        (
            r"\bbooked you\b|\bhave you (?:down|in) (?:for|at|on)\b"
            r"|\bconsider (?:it|that) booked\b|\byou(?:'re| are) (?:all )?set\b",
            "booked moved added",
        ),
        (r"^\W*(?:(?:all|and) )?(?:booked|confirmed|reserved)\b", "booked moved added"),
        (r"\b(?:booking|appointment|reservation) (?:confirmed|made|complete)\b", "booked moved"),
        (
            rf"{_BOOKING}(?: (?:has|is|was|been|went|all))* {_DONE}|\blocked in\b"
            rf"|{_WE}made (?:the|your|you an?|a) (?:booking|appointment|reservation)\b"
            rf"|{_WE}(?:put|got) you (?:down|in)\b|\byou(?:'re| are) in\W*$"
            r"|\byou(?:'ve| have) (?:got )?an? (?:booking|appointment|reservation)\b"
            r"|\b(?:is waiting for|(?:'re|are) expecting) you\b",
            "booked moved added",
        ),
        (r"\bstatus\W{0,3}(?:booked|confirmed)\b", "booked moved added"),
        (rf"{_IS}(?:cancell?ed|called off)\b", "cancelled moved"),
        (rf"{_WE}(?:cancell?ed|called (?:it |that )?off)\b|^\W*cancell?ed\b", "cancelled moved"),
        (
            rf"\bcancellation(?: (?:has|is|was|been|went))* (?:confirmed|{_DONE})"
            rf"|{_WE}(?:removed|deleted) (?:your|the|that|it|all|every)"
            rf"|{_BOOKING} (?:is gone|no longer exists|(?:is|was|has been) (?:removed|deleted))\b"
            r"|\bconsider (?:it|that) cancell?ed\b|\bstatus\W{0,3}cancell?ed\b",
            "cancelled moved",
        ),
        (rf"{_IS}(?:moved|rescheduled|shifted|changed)\b", "moved"),
        (rf"{_WE}(?:moved|rescheduled|shifted|changed)\b|^\W*(?:moved|rescheduled)\b", "moved"),
        (rf"{_IS}(?:paid|settled)\b|\byou(?:'ve| have) {_ADVERB}paid\b|\bpaid in full\b", "paid"),
        (
            r"\b(?:payment|deposit)\b.{0,25}\b(?:received|confirmed|complete[d]?|successful|succeeded)\b",
            "paid",
        ),
        (r"\bpayment (?:has )?(?:went|gone|came|come) through\b|^\W*paid\b", "paid"),
        (
            rf"{_MONEY} (?:has |was |is )?(?:a success|arrived|landed|done|came (?:in|through))\b"
            r"|\bconsider (?:it|that) paid\b|\bstatus\W{0,3}paid\b|\bpayment\W{1,3}done\b"
            rf"|{_WE}(?:received|got) (?:kes|ksh|sh|\d)",
            "paid",
        ),
        (r"\b(?:received|got) (?:your|the) (?:payment|money)\b", "paid"),
        (r"\b(?:thanks|thank you) for (?:your |the )?(?:payment|paying)\b", "paid"),
        (
            rf"{_IS}refunded\b|\brefund\b.{{0,20}}{_IS}(?:sent|on (?:its|the) way)"
            rf"|{_WE}(?:refunded|sent (?:you )?(?:a|the|your) refund)\b"
            r"|\brefund (?:has been |is |was )?(?:issued|made|done|processed)\b|\bcredited\b"
            rf"|{_WE}(?:returned|sent back) your money\b"
            r"|\bmoney (?:has been|was|is) (?:returned|sent back)\b",
            "refunded",
        ),
        (rf"{_IS}added\b|{_WE}added\b|^\W*added\b", "added booked"),
        (
            r"\b(?:sent|pushed)\b.{0,20}\b(?:payment|m-?pesa|prompt)\b"
            rf"|\b(?:prompt|payment request)\b.{{0,12}}{_IS}(?:sent|on (?:its|the) way)",
            "payment_sent paid",
        ),
        (rf"{_WE}charged\b|{_IS}charged\b", "paid payment_sent"),
        (
            rf"{_WE}(?:told|notified|alerted|informed|asked|passed|handed|forwarded|escalated)\b"
            rf"|{_IS}(?:handed over|passed on|forwarded|notified|informed)\b"
            r"|\b(?:someone|somebody|a (?:colleague|person|human|manager)|the (?:team|manager))"
            r" (?:will|is going to)\b",
            "handed_over",
        ),
        (
            r"\b(?:unsubscribed|opted out)\b|\b(?:won't|will not|will no longer|no longer)"
            r" (?:get|receive|send|be sent|hear|offer)\b.{0,20}\b(?:offers?|messages?|extras?)\b"
            rf"|{_WE}stopped\b",
            "opted_out",
        ),
        (r"^\W*(?:all )?done\b|\ball sorted\b", "*"),
        # Swahili
        (
            rf"{_SWAHILI}(?:thibitish|hifadh|pang|andik|andikish|wek|book)"
            r"(?:a|i|wa|iwa|ia|iwa|ea|ewa|ika)?\b|\b(?:miadi|nafasi) (?:yako )?i[kp]o tayari\b",
            "booked moved added",
        ),
        (
            rf"{_SWAHILI}(?:ghairi|ghairiwa|futa|futwa|futia|sitishwa|katishwa|sitisha"
            r"|ondoa|ondolewa|ondolea)\b",
            "cancelled moved",
        ),
        (
            rf"{_SWAHILI}(?:hamish|badilish|sogez|ahirish)(?:a|wa|ia|ea|iwa)\b",
            "moved",
        ),
        (rf"{_SWAHILI}(?:lipa|lipwa|lipia|lipiwa)\b", "paid"),
        (rf"{_SWAHILI}(?:pokelewa|pokea|kamilika|ingia)\b", "paid"),
        (rf"{_MONEY} (?:yako )?{_SWAHILI}fika\b|{_SWAHILI}pata {_MONEY}", "paid"),
        (rf"{_SWAHILI}(?:rejeshwa|rudishwa|rudishiwa|rejeshewa)\b", "refunded"),
        (rf"{_SWAHILI}(?:ongez|jumuish)(?:a|wa|ea|ewa)\b", "added booked"),
        (
            rf"{_SWAHILI}(?:tuma|tumwa|tumia|tumiwa)\b.{{0,15}}\b(?:malipo|m-?pesa)\b",
            "payment_sent paid",
        ),
        (rf"\bmalipo {_SWAHILI}(?:tumwa|tumiwa)\b", "payment_sent paid"),
        (rf"{_SWAHILI}(?:julish|arif|ambi|wambi)(?:a|wa|u|iwa)\b", "handed_over"),
        (r"\b(?:mwenzangu|mwenzetu|mtu|meneja) ata\w+", "handed_over"),
        (r"\b(?:hutapokea|hutapata|hatutakutumia|sitakutumia)\b", "opted_out"),
    )
)
_SAID = tuple(
    (re.compile(pattern.replace(" ", r"\s+"), re.I), backing) for pattern, backing in SAID
)

_PAID = frozenset({"paid"})
_CONFIRMED = re.compile(r"confirmed|thibitish|hifadh", re.I)
_MONEY_NEAR = re.compile(_MONEY, re.I)
_DENIED = re.compile(
    r"\b(?:not|never|nothing|nobody|neither|nor|none)\b"
    r"|\bno (?:booking|appointment|payment|charge|money)\b"
    r"|n't\b|\b(?:if|once|when|until|till|before|unless|after|as soon as|whether|in case)\b"
    r"|\b(?:kama|iwapo|baada ya|kabla)\b",
    re.I,
)
_TAKEN = re.compile(
    r"(?:\b(?:slot|time|day|one|that|he|she|they|staff)|\d|\b[ap]m|\0)\s*"
    r"(?:is|are|'s|was)\s+(?:already\s+|all\s+)*(?:booked|reserved)\b",
    re.I,
)


def unbacked_statuses(text: str, statuses: frozenset[str]) -> Iterator[Claim]:
    """Find what is said to be done and was not; questions, denials and conditions say nothing."""
    for clause in clauses(text):
        if not clause.asks:
            yield from _said_in(clause, statuses)


def _said_in(clause: Clause, statuses: frozenset[str]) -> Iterator[Claim]:
    for pattern, backing in _SAID:
        match = pattern.search(clause.text)
        if match is None:
            continue
        if _CONFIRMED.search(match[0]) and _MONEY_NEAR.search(clause.text):
            backing = _PAID
        if backing & statuses or ("*" in backing and statuses) or _denied(clause, match, backing):
            continue
        yield Claim(ClaimKind.STATUS, match[0].strip(), clause.start + match.start())


def _denied(clause: Clause, match: re.Match[str], backing: frozenset[str]) -> bool:
    if "opted_out" in backing:  # "you will not get offers" denies nothing: it is the claim
        return False
    if _DENIED.search(clause.text, 0, match.end()):
        return True
    return clause.refuses and bool(_TAKEN.search(clause.text))
