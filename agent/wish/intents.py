"""What a message is after, in the order it says so; English and Swahili.

Phrases are regular expressions over `plain_words` ("don't" is "do not", "plz" is "please").
The Swahili was not checked by a native speaker.
"""

import re

from agent.wish.model import Intent

_VERB = r"(?:book|reserve|schedule|arrange|fix|make|set up|get|have|take|squeeze)"
_VISIT = r"(?:appointments?|bookings?|reservations?|session|slot|visit|miadi|nafasi|sessions)"
_MINE = rf"(?:my|our|the|an?|this|that|hiyo|yangu) ?(?:existing |current |next |second |other )?(?:{_VISIT}|time)"

_PHRASES: tuple[tuple[Intent, str], ...] = (
    (Intent.DISCOUNT, r"""
        (?:for|be|get it|have it) free(?: of charge)?(?= (?:[.,;!?]|please|and|today|instead|$))
        free of charge|at no (?:charge|cost)|without paying|complimentary
        (?:any |a |some |the |get |give )*(?:discounts?|promo ?codes?|coupons?|vouchers?|special offers?|deals?)
        (?:make it |something |anything |do it |any |a bit |a little )*cheaper
        (?:lower|reduce|drop|cut|negotiate)(?: (?:me|the|your|that|it))* ?(?:price|cost|for me|a bit)?
        half price|best price|last price|(?:set|change|make) the price(?: to)?(?: \S+)?
        (?:nipunguzie|punguza|mnipunguzie|punguzo|nipunguzieni)(?: bei)?|bure
    """),
    (Intent.PAY_AT_VENUE, r"""
        (?:i (?:will|want to|would like to|prefer to|would prefer to|would rather)|can i|could i|let me|may i|is it ok to|i am going to|to)? ?pay(?:ing)? (?:it |you |cash |by cash |in cash |with cash |by card )*(?:at the (?:venue|salon|shop|desk|counter|spa|clinic|end|place|barbershop|studio)|there|when i (?:come|get there|arrive|am there|reach)|in person|on arrival|on the day|cash|later|after(?:wards)?|after the service|at the end)
        (?:in |by |with )?cash(?: (?:please|only|at the (?:venue|salon)))?
        (?:nita|ni|naweza ku|nitaweza ku)?lip(?:a|ia) (?:nikifika|huko|hapo|nikija|cash|salon|kwa cash|taslimu|papo hapo|baadaye)
    """),
    (Intent.PAY, r"""
        (?:please |can you |could you |let us |i will )*(?:try|send|push|do|run|charge)(?: (?:it|that|the (?:payment|charge|prompt|stk|mpesa|push)|me|payment))*(?: to me)? (?:again|once more|one more time|another time)
        try again|retry|resend(?: (?:the |it |me |please )*(?:payment|prompt|stk|request|push|code|mpesa)?)*
        (?:send|resend)(?: me)?(?: the| an| another| a new)? (?:payment|prompt|stk|mpesa|push|request)(?: (?:prompt|push|request|again))*
        (?:did not|have not|never) (?:get|got|receive|received|see|seen) (?:the |any |a )?(?:prompt|stk|payment|request|message from mpesa|push|pop up|popup|mpesa)(?: \S+)?
        (?:i )?(?:entered|put|typed) the wrong pin|payment failed|the payment did not (?:go through|work)
        (?:i (?:want|would like|am ready) to |can i |let me |how do i |where do i )pay(?: now| please)?(?= (?:[.,;!?]|now|please|$))
        pay now|ready to pay
        jaribu tena|tuma tena|nitumie tena|rudia(?: malipo)?|sijapata (?:prompt|stk|ujumbe wa malipo)|nataka kulipa|nilipe vipi|lipa sasa
    """),
    (Intent.BOOKINGS, rf"""
        (?:what|when|where|which day|what time) (?:time |day )?(?:is|are|was|were|do i have)(?: (?:my|our)(?: next)? ?(?:{_VISIT}|manicure|pedicure|time|\S+)?| (?:the |an? )?{_VISIT})(?= )
        (?:what|which|show me|list|see|view|check|tell me|any)(?: are| of)? (?:my|our|me my) (?:upcoming |next |existing |current )?{_VISIT}
        (?:do i|have i|did i|am i) (?:have|got|book|booked|still booked|still have|down for)(?: (?:any|an?|something|anything|the|my))?(?: {_VISIT})?(?: booked)?
        (?:show|list|check) my {_VISIT}|my {_VISIT} (?:details|status|time)|is my {_VISIT} (?:confirmed|still on|booked|ok)
        (?:what|when) (?:did i|have i) (?:book|booked)
        (?:miadi|nafasi|booking|appointment) yangu (?:ni )?(?:lini|saa ngapi|iko lini|ni siku gani)|nina (?:miadi|booking|appointment|nafasi)(?: (?:lini|gani|yoyote))?|nimebook (?:nini|lini|saa ngapi)
    """),
    (Intent.CANCEL, rf"""
        (?<!not )(?<!without )(?:cancel|call off|delete|scrap|drop)(?:led|ling)?(?: (?:it|that|this|them|both|all|everything|{_MINE}|my \S+|the \S+))*
        (?:ku|ni|u)?(?:ghairi|ghairia|ghairisha|futa|futia|katisha|sitisha)(?:ni)?(?: (?:miadi|nafasi|hiyo|yangu))*|nighairie|nifutie
        (?:can not|will not|will not be able to|unable to) (?:make it|come|attend)|sitakuja|siwezi kuja|sitaweza kuja|not coming
    """),
    (Intent.MOVE, rf"""
        (?:move|shift|push|bring|change|switch|swap)(?: (?:it|that|this|them|both|{_MINE}|my \S+|the \S+ ?(?:appointment|booking|time)?))+(?: (?:to|from|back|forward|up|by|until|for|over|on|at))*
        (?:move|shift|push|change) (?:to|back|forward)
        re ?schedul\w+|postpone|bring forward|rebook
        (?:can|could|may|let us|please|shall|would) (?:we |you |i )?(?:please )?(?:make|do|have) (?:it|that|this)(?! (?:for me|please|now|again|work))
        make (?:it|that) (?!work|quick|clear|sure|for me|please|cheaper|free|happen|so|two|2|a bit cheaper)\S+
        (?:an? |another |different |new )+(?:time|day|date)(?= )(?! works)
        (?:can|could) (?:i|we) come(?: \S+){{1,4}} instead
        (?:a (?:bit|little) |slightly |something |anything |do |make it |come |go |any |somewhat |be |much |half an hour |an hour |\d+ minutes )+(?:later|earlier)
        (?<!maybe )(?<!perhaps )(?<!sooner or )(?:later|earlier) (?:slot|time|than|if possible|please|instead|in the day|would)
        (?<=^ )(?:earlier|later)(?= (?:[.,;!?]|please|$))|can (?:i|we) (?:do |come |have )?(?:earlier|later)
        (?:hamisha|hamishia|hamisheni|badilisha|badili|badilishia|sogeza|ahirisha|peleka mbele|rudisha nyuma|nisogezee|nibadilishie|kubadilisha|kuhamisha|kuahirisha|nihamishie)(?: (?:miadi|nafasi|saa|siku|iwe|hadi|hiyo|yangu))*
    """),
    (Intent.PRICE, r"""
        how much|what (?:does|do|will|would|is|are) (?:it|that|this|the|they|your|an?)? ?(?:\S+ ){0,3}?(?:cost|price|charge|prices|rate|fee|charges|rates)s?
        (?:price|prices|cost|costs|charges|rates|pricing|price ?list|fees?)(?: (?:of|for|list))?
        (?:ni )?(?:bei|beigani|gharama)(?: (?:gani|yake|ni|ya|za|zenu|yenu))*|(?:ni )?(?:pesa|shilingi|hela) ngapi|(?:ina|zina|mna|una)(?:gharimu|charge|toza|lipisha|wa charge) ?(?:ngapi|pesa ngapi|kiasi gani|bei gani)?
    """),
    (Intent.HOURS, r"""
        (?:what|when|which|till when|until when|till what|how late|how early)(?: time| hours| days)?(?: (?:are|do|is|will|does|that))?(?: (?:you|the (?:salon|shop|spa|clinic)|your|it|u))? ?(?:open(?:ing)?|clos(?:e|ed|ing)|working|business|work)(?: hours| times?| till| until| up)?
        (?:are you|do you|you guys|is the \S+|will you be) (?:guys |be |still |already |currently )?(?:open|opened|closed|close|working|work)(?: on| at| till| until)?
        (?:open(?:ing)?|working|business|operating) (?:hours|times?|days)|your hours|hours of operation|what are your hours
        (?:mna|una|huwa mna|m|wana|ina)(?:fungua|funga|fanya kazi|fungwa|funguliwa)(?: (?:saa ngapi|lini|siku gani|leo|kesho|jumapili|siku zipi|hadi saa ngapi|mpaka saa ngapi))*|mko wazi(?: \S+)?|mko open|saa za kazi|masaa ya kazi|mmefungua|mmefunga
    """),
    (Intent.SERVICES, r"""
        (?:what|which)(?: all| kinds? of| type of| other)? ?(?:services|treatments|things)?(?: (?:do|can|else do|does))? (?:you|u|your|the salon)(?: guys)? (?:offer|do|have|provide|sell|have on offer|got)(?= (?:[.,;!?]|$|there|here|on offer|at|in))
        (?:what|which|list|show me|see|your|the|all|me) ?(?:are |is |of )?(?:your |the |me |all )*(?:services|treatments|menu|catalogue|catalog|service list)(?: (?:do you|are there|you|list|available|offered)(?: have| offer| do| provide)?)*
        (?:do|can|does) (?:you|u|anyone|they|the salon)(?: guys| also| even| still)* (?:do|offer|provide|sell)
        mna(?:toa|fanya|uza)(?: (?:huduma|nini|huduma gani|huduma zipi|pia))*|huduma (?:gani|zenu|zipi|zote)(?: mnazo)?|mna huduma gani
    """),
    (Intent.SLOTS, r"""
        (?:what|when|which|who)(?: times?| slots?| days?| else| hours)*(?: (?:is|are|do|have|can|does|would))*(?: (?:you|there|it|i|anyone|she|he|they))? ?(?:free|available|open slots?|availability|openings?)
        (?:any|have|got|is there|are there|see|show me|check|what|your|the|some|more|other|which|do you have)(?: (?:any|an?|the|other|more|free|available|open|your|something|anything|is|are|some|times?|slots?|days?))* (?:slots?|openings?|availability|available|free|vacanc(?:y|ies)|space|spots?|times? free|gaps?|appointments? (?:available|free|left|on|for|today|tomorrow))
        (?:earliest|next|first|soonest|nearest) (?:available|free|possible|opening|slot|appointment)(?: (?:slot|time|appointment|day))?
        (?:is|are)(?: \S+){1,4} (?:free|available|open|taken|booked)(?= (?:[.,;!?]|on|at|for|tomorrow|today|this|next|$))
        what (?:times? )?(?:do you have|have you got|you got|time slots)(?: (?:on|for|at|free|left|available|open|today|tomorrow|this|next))+
        (?:anything|something) (?:on|at|for|after|before|around|tomorrow|today|earlier|later|this|next|free|available|open|left|in the)
        when can (?:i|we|you) (?:come|get|have|see|fit|do|squeeze|book)(?: \S+){0,3}|can you (?:fit|squeeze) me(?: in)?
        (?:kuna|mna|mko na|iko) (?:nafasi|slot|wakati|muda)(?: (?:gani|zipi|yoyote|wazi|saa ngapi))*|nafasi (?:gani|zipi|ziko|iko wazi|zilizopo)|(?:saa|siku) (?:gani|ngapi|zipi) (?:kuna nafasi|mko|iko wazi|nafasi|ni free)|mko free|uko free
    """),
    (Intent.BOOK, rf"""
        (?<!not )(?<!to not )(?:book|reserve|schedule)(?: (?:me|us|in|an?|the|for|my|another|it|that|{_VISIT}))*
        {_VERB} (?:me |us )?(?:an? |another |the |some |in for |in |for )+{_VISIT}
        (?:i|we) (?:will|want|need|would like|would love|am looking|was looking|was hoping|am hoping|require|wish|have to|could use|wanted|am in need|fancy)(?! to (?:talk|speak|complain|cancel|pay|know|change|move|ask|see my|reschedule|say))(?: (?:to|for|of|have|get|do|book|come|in|make|schedule|an?|the|some|my|another|also))*
        (?:can|could|may|might) (?:i|we|you)(?: (?:please|also|perhaps|maybe))* (?:get|have|come|book|do|squeeze|fit|make|schedule|arrange|reserve|take|give)(?: (?:me|us|in|for|to|an?|the|some|my|another))*
        (?:looking (?:for|to)|hoping (?:for|to)|interested in|let us do|do you have (?:an?|any) (?:slot|opening|appointment|space) for)
        (?:is it possible|would it be possible|any chance|possible) (?:to|of|i could) (?:get|getting|have|having|book|booking|come|coming)
        (?:give|put|sign|fit|squeeze|pencil) (?:me|us) (?:in|down|up|an?|for)(?: \S+)?
        (?:nataka|naomba|ningependa|nahitaji|nitahitaji|tunataka|tunaomba|tungependa|niwekee|nibookie|tuwekee|naeza pata|naweza pata|naezapata|nipatie|nipe|nitapenda|ningetaka|nilitaka)(?! ku(?:ghairi|futa|hamisha|badilisha|lipa|ongea|zungumza|jua|uliza|ahirisha|sema|cancel|kulalamika))(?: (?:ku\w+|nafasi|miadi|booking|appointment|ya|kwa|kufanya|kufanyiwa|huduma|kupata))*
        (?:ninaweza|naweza|tunaweza|ningeweza|naeza|inawezekana)(?: (?:ku(?:pata|book|fanyiwa|ja|wekewa|fanya|ingia)\w*))(?: (?:nafasi|miadi|ya))*
        kubook|ku book
    """),
    (Intent.HELP, r"""
        (?:i need |can you |please |i want )?help(?: me)?(?= (?:[.,;!?]|please|$))|how does (?:this|it) work|what can (?:you|i) do(?: here)?|menu|options|nisaidie|msaada|naomba msaada|how do i (?:use this|book|start)
    """),
    (Intent.GREETING, r"""
        (?:hi+|hello+|hey+|hallo|hullo|helo|greetings|good (?:morning|afternoon|evening|day)|morning|howdy|hi there|hujambo|hamjambo|habari(?: (?:yako|zenu|gani|ya|za|ya asubuhi|yenu|za leo|ya leo))*|mambo(?: vipi)?|niaje|sasa|jambo|shikamoo|salama|salamu|vipi|sema|uhali gani|how are you|what is up|wassup|xaxa)
    """),
    (Intent.THANKS, r"""
        (?<!no )thanks|much appreciated|appreciate it|asante(?: sana)?|nashukuru
    """),
    (Intent.BYE, r"""
        (?:good )?bye(?: bye)?|goodbye|kwaheri|see you(?: (?:later|soon|then|tomorrow))?|tutaonana|have a (?:nice|good|great|lovely) (?:day|one|evening|weekend|night)|good night|usiku mwema|siku njema
    """),
)
_PATTERNS = tuple(
    (intent, re.compile(f"(?<= )(?:{'|'.join(line.strip() for line in block.strip().splitlines())})(?= )"))
    for intent, block in _PHRASES
)
_QUESTION = re.compile(
    r"\?|^ (?:(?:hi|hello|hey|and|so|ok|but|please|excuse me|sorry|also) )?(?:, )?(?:what|where|when|who|which|how|why|is|are|do|does|can|could|will"
    r"|would|did|has|have|may|should|je|mna|mko|kuna|una|wapi|lini|nini|tell me) (?!not )"
    r"|(?<= )(?:wapi|lini|gani|ngapi|vipi|nini|kwa nini|i wonder|wondering if|want to know|like to know)(?= )"
)
_THING_FREE = re.compile(r"(?:is|are) .*free")
_COURTESIES = frozenset({Intent.GREETING, Intent.THANKS, Intent.BYE})


def find_intents(words: str, *, service: bool, when: bool) -> tuple[Intent, ...]:
    """The intents of plain words in reading order; no words count twice.

    `service` and `when` say whether the message names a service, or a day or time: both without
    any verb is a booking ("manicure tomorrow at 2").
    """
    found: list[tuple[int, Intent]] = []
    rest = words
    for intent, pattern in _PATTERNS:
        for match in pattern.finditer(rest):
            if intent is Intent.SLOTS and not when and _THING_FREE.match(match[0]):
                continue  # "is parking free?" is about money
            found.append((match.start(), intent))
        if found and found[-1][1] is intent:
            rest = pattern.sub(lambda match: "_" * len(match[0]), rest)
    intents = {intent for _, intent in sorted(found, key=lambda hit: hit[0])}
    ordered = list(dict.fromkeys(intent for _, intent in sorted(found, key=lambda hit: hit[0])))
    if Intent.BOOK in intents and not _books(words, intents, service, when):
        ordered.remove(Intent.BOOK)
    wanted = [intent for intent in ordered if intent not in _COURTESIES]
    if not wanted and _QUESTION.search(rest.replace("_", " ")):
        ordered.append(Intent.QUESTION)
    elif not wanted and service and when:
        ordered.append(Intent.BOOK)
    return tuple(ordered)


_BOOKING_WORD = re.compile(rf"(?<= )(?:book|booking|reserve|schedule|kubook|{_VISIT})(?= )")


def _books(words: str, intents: set[Intent], service: bool, when: bool) -> bool:
    """Whether "I want", "can I have" really speak of an appointment."""
    if intents & {Intent.MOVE, Intent.CANCEL, Intent.PAY, Intent.PRICE, Intent.SLOTS}:
        return service and bool(_BOOKING_WORD.search(words) or Intent.CANCEL in intents)
    return service or when or bool(_BOOKING_WORD.search(words)) or bool(_UNKNOWN.search(words))


_UNKNOWN = re.compile(
    r"(?<= )(?:(?:book|reserve|schedule|want|need|get|have|like|offer|love|do you do|you do)(?: (?:me|in|for|to (?:get|book|have|do)|an?|some|my|another|any))*"
    r" (?:an?|some|my|another|any|for an?|me in for) |do you (?:do|offer) |(?:nataka|naomba|nahitaji|ningependa)(?: (?:nafasi ya|kufanya|kufanyiwa|huduma ya|kupata))? )"
    r"(?P<what>[^\W\d_]{3,}(?: (?!on|at|for|with|tomorrow|today|please|next|this|in|and|kesho|leo|saa)[^\W\d_]{3,})?)"
)
_NO_SERVICE = frozenset(
    """
    appointment appointments booking bookings slot slots time times table something anything someone
    somebody person human manager look place one this that these those it you your help discount favour
    favor question receipt refund refunds quick moment minute reminder free price list chance idea day different
    another earlier later visit session friend reservation reservations my the yes the same good bit few lot problem service services
    kujua kuongea kuzungumza kulipa kuuliza kubadilisha kuhamisha kughairi kufuta nafasi miadi msaada
    kubook huduma kuja kupata word call walk ins walk complaint tomorrow today morning afternoon
    evening monday tuesday wednesday thursday friday saturday sunday weekend parking group deal deals
    money refund mpesa card cash offers delivery deliveries home house out know more information info details bei
    lunch noon midday gift voucher vouchers coupon payment payments kuona kesho leo stylist
    """.split()
)


def unknown_service(words: str) -> str | None:
    """Words in a service's place: "book a tattoo". Only to be asked where no service was found."""
    for match in _UNKNOWN.finditer(words):
        what = match["what"].split()
        if what[0] in _NO_SERVICE or what[0] in {"not", "for", "and", "with"}:
            continue
        kept = [word for word in what if word not in _NO_SERVICE]
        return " ".join(kept) or None
    return None
