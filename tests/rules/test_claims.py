"""Nothing is stated that rows, tools or knowledge do not back (O13)."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jirani.rules.claims import Backed, Claim, ClaimKind, unbacked
from tests.support.lying import GUISES

TODAY = date(2026, 11, 21)  # a Saturday
BACKED = Backed(
    today=TODAY,
    prices=frozenset({150000, 80000, 230000}),
    dates=frozenset({date(2026, 11, 22)}),
    times=frozenset({time(14, 0), time(14, 45), time(9, 0), time(17, 30)}),
    services=frozenset({"Gel Manicure", "Express 30", "Friday Special", "Free Beard Trim"}),
    names=frozenset({"Amina", "June", "Sunday Otieno"}),
    phones=frozenset({"+254712345678"}),
    snippets=("Parking costs 200 per day in Room 204.", "We close at 6 pm on public holidays."),
)
DONE = frozenset(
    {
        "booked",
        "cancelled",
        "moved",
        "paid",
        "added",
        "payment_sent",
        "handed_over",
        "opted_out",
        "refunded",
    }
)


def kinds(text: str, backed: Backed = BACKED) -> set[ClaimKind]:
    return {claim.kind for claim in unbacked(text, backed)}


NOTHING_WRONG = """
Gel Manicure on Sunday 22 November at 14:00 with Amina costs KES 1,500.
Sun 22 Nov 2026, 2 pm, Ksh 1500
Sunday, 22 November 2026 at 2:00 PM
Sunday, November 22, 2026 at 2:45pm - KES 1,500.00
2026-11-22 14:00-14:45
22/11/2026 at 14.00
22/11 at 2:45 p.m. with June
I can do tomorrow at half past five for 1,500/=.
Tomorrow at 2 or 2:45 pm?
The 22nd at quarter to three is free.
It is 1500 bob, or 2,300 bob with the Express 30.
The total is KES 2,300 (1,500 + 800).
It takes 45 min, and you can come 10 minutes early.
The Friday Special lasts 90 minutes and is for 2 people.
You get 3 visits in 6 weeks.
Shall I book it?
Would you like it booked?
Shall I book Gel Manicure on Sunday 22 November at 14:00?
It is not booked yet.
Nothing was charged.
Your appointment isn't confirmed yet.
Once it is confirmed you get a message.
If it's cancelled early, you owe nothing.
No payment has been received so far.
Sorry, that time is taken.
Sorry, 14:00 is already booked.
We are fully booked on Sunday.
Are you free tomorrow? Amina is free at 14:00.
There is a free slot tomorrow at 2 pm.
Feel free to ask.
How can I help you today?
Is there anything else I can help you with today?
Good afternoon! What would you like?
I will send the prompt to 0712 345 678.
Parking is KES 200.
We close at 18:00 on public holidays.
Please reply 1 or 2.
Sunday Otieno will wash your hair.
Open 9:00-17:30 on Sunday.
Open from 9 to 17:30.
Your Free Beard Trim is KES 800.
I'm afraid I can't give a discount.
See https://example.test/pay/98765 for details.
Your receipt is RCPT0001QX.
Which would you prefer?
May I have your name?
I may need a minute. One moment please.
You have two appointments.
Choose at least one of these.
Sorry, we do not offer a massage.
Gel Manicure ni KES 1,500, Jumapili 22 Novemba saa nane mchana.
Jumapili, 22 Novemba 2026 saa 14:00
Kesho saa nane na dakika arobaini na tano?
Kesho saa tisa kasoro robo alasiri.
Saa tatu asubuhi au saa kumi na moja na nusu jioni?
Inachukua dakika 45.
Huchukua saa moja.
Niweke miadi?
Je, ungependa niweke nafasi hiyo?
Miadi bado haijathibitishwa.
Sijaweka chochote bado.
Samahani, saa nane mchana imechukuliwa.
Habari za leo?
Naweza kukusaidia vipi leo?
Jumla ni shilingi 2,300.
It's booked out at that time, sorry.
Sunday the 22nd, 2:00\u20132:45 pm
1. Sun 22 Nov, 14:00
Reply YES to confirm or NO to cancel.
Malipo hayajakamilika. Ungependa kujaribu tena?
The payment did not go through.
Jumla ni KSh2,300.
Tarehe 22 saa 8 mchana.
Ungependa kesho saa nane mchana au saa tisa kasoro robo?
""".strip().splitlines()

WRONG = [
    *(
        (ClaimKind.PRICE, text)
        for text in """
KES 1,600
Ksh 1600 only
It costs KSh1,600.00
That's 1,600/= please
1600 bob
That is $1,500
The total is 1600.
It costs 50.
KES 1,500-1,900
Between KES 50 and 90
Only 1.6k bob
Your first visit is free.
Buy one get one free
1 600 shillings
Fifteen hundred shillings
elfu moja mia sita
Fourteen hundred shillings
Twenty quid
You pay nothing.
shilingi 1,600
Bei ni 95
Jumla ni Ksh 1 600
The wash is for free.
It comes at no charge.
You get a free scalp rub with it.
Hii ni bure kabisa.
You get a discount.
That is 20% off!
Punguzo la asilimia kumi kwako.
Pay to till 522533.
TZS 1,500
""".strip().splitlines()
    ),
    *(
        (ClaimKind.DATE, text)
        for text in """
Monday 22 November
See you on Monday.
We have Friday 27 November.
23 Nov works.
November 23rd at 14:00
Nov 23, 2026
the 23rd is free
2026-11-23
23/11/2026
23.11.2026
3/12 at 14:00
22 November 2027
Fri at 14:00
Come today at 14:00.
I can do that tonight.
the day after tomorrow
We reopen in December.
22nd of October
5 May
Jumatatu saa nane mchana
Jumapili 29 Novemba
Tarehe 23
23 Desemba
Njoo leo.
Kesho kutwa
Ijumaa
22 mwezi wa 12
""".strip().splitlines()
    ),
    *(
        (ClaimKind.TIME, text)
        for text in """
at 15:00
3 pm
3pm
2:30 PM
14.30
03:00 p.m.
at 3
by 3 on Sunday
at three
half past two
quarter past two
ten to two
two thirty
three o'clock
seven past two
seven minutes past two
807 hrs
3 o'clock
noon
1500 hrs
between 3 and 5
from 10 to 14:00
2 or 3 pm
14:00-15:30
9-5
02:45
3 in the afternoon
16h30
10, 11 and 12 are free
saa tisa mchana
saa nane na nusu mchana
saa nane usiku
saa 9
saa 15:00
saa nane asubuhi
saa tatu kasoro robo
saa nane unusu
from three to four
eleven thirty
saa kumi na moja jioni
""".strip().splitlines()
    ),
    *(
        (ClaimKind.STATUS, text)
        for text in """
Your appointment is booked.
I've booked it for you.
You're booked for 2 pm.
You're booked, anything else?
I have booked it and would you like more?
All booked! Would you like more?
Confirmed: Gel Manicure.
Your booking is now confirmed.
It's confirmed.
Your appointment has been cancelled.
I cancelled it.
I've moved it to 14:00.
It has been rescheduled.
Your payment has been received.
Payment of KES 1,500 received.
You've paid.
Thanks for the payment!
I've added the Express 30.
I've sent you the M-Pesa prompt.
I've charged your phone.
I've told a colleague.
Someone will call you.
You will no longer receive offers.
You were refunded.
Done!
No problem, it's booked.
Miadi yako imethibitishwa.
Nimeweka miadi yako.
Nimekuwekea nafasi.
I have you down for 14:00 tomorrow.
Imeghairiwa.
Nimehamisha miadi.
Malipo yamepokelewa.
Nimeongeza huduma hiyo.
Nimetuma ombi la malipo.
Nimemjulisha mwenzangu.
Hutapokea ofa tena.
The appointment has been made.
Your booking went through.
Booking successful.
I went ahead and booked it.
I've got you in.
You're in!
Your spot is locked in.
You have an appointment with Amina.
We're expecting you.
Booking status: CONFIRMED
Cancellation confirmed.
I've called it off.
I have removed your appointment.
Your booking no longer exists.
Consider it paid.
The money arrived.
We have received KES 1,500 from you.
Payment status: paid
Refund issued.
Your money was sent back.
Nimekubookia nafasi.
Tumekuandikia.
Miadi yako iko tayari.
Pesa zimefika.
Tumepata malipo yako.
Miadi yako imeondolewa.
Nimesitisha miadi.
"You are booked" Anything else?
Booking status confirmed.
Appointment confirmed.
Your time is booked.
We got your money.
You won't get any more offers.
Pesa zako zimerudishwa.
Malipo yametumwa.
Mtu atakupigia simu.
""".strip().splitlines()
    ),
    (ClaimKind.PHONE, "Call us on 0799 111 222."),
    (ClaimKind.PHONE, "Send it to +254 700 000 999."),
    (ClaimKind.SERVICE, "We also do massages."),
    (ClaimKind.SERVICE, "You could have a pedicure with it."),
]


@pytest.mark.parametrize("text", NOTHING_WRONG)
def test_what_is_backed_may_be_said(text: str) -> None:
    assert unbacked(text, BACKED) == []


@pytest.mark.parametrize(("kind", "text"), WRONG, ids=[text for _, text in WRONG])
def test_what_nothing_backs_is_found(kind: ClaimKind, text: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize("text", [text for kind, text in WRONG if kind is ClaimKind.STATUS])
def test_what_was_done_may_be_said(text: str) -> None:
    assert unbacked(text, replace(BACKED, statuses=DONE)) == []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Your payment is confirmed.", "paid"),
        ("Malipo yamethibitishwa.", "paid"),
        ("Your booking is confirmed.", "booked"),
        ("Your new time is confirmed.", "moved"),
    ],
)
def test_a_confirmation_is_of_what_it_speaks_of(text: str, status: str) -> None:
    assert unbacked(text, replace(BACKED, statuses=frozenset({status}))) == []
    assert kinds(text, replace(BACKED, statuses=DONE - {"booked", "moved", "added", "paid"}))


def test_a_booking_does_not_back_a_payment() -> None:
    booked = replace(BACKED, statuses=frozenset({"booked"}))
    assert kinds("You're booked and your payment is confirmed.", booked) == {ClaimKind.STATUS}


@pytest.mark.parametrize("guise", sorted(GUISES))
@pytest.mark.parametrize(
    "text", ["It is KES 1,600.", "Come at 10:07.", "Your booking is confirmed."]
)
def test_no_guise_hides_what_is_stated(guise: str, text: str) -> None:
    assert kinds(GUISES[guise](text))
    assert kinds(f"Sorry for the wait. {GUISES[guise](text)} Anything else?")


def test_a_line_that_breaks_off_goes_on_in_the_next() -> None:
    assert kinds("Your payment\nwas received.") == {ClaimKind.STATUS}


# Words that are broken up may be anything: those are better not said.
@pytest.mark.parametrize("guise", sorted({*GUISES} - {"broken bold", "underlines"}))
def test_what_is_backed_may_be_said_in_any_guise(guise: str) -> None:
    backed = replace(BACKED, statuses=frozenset({"booked"}))
    text = "You are booked for Sunday 22 November at 14:00 with Amina. It costs KES 1,500."
    assert unbacked(GUISES[guise](text), backed) == []


def test_a_word_that_is_spelt_out_is_a_word() -> None:
    assert kinds("You are b o o k e d.") == {ClaimKind.STATUS}
    assert kinds("P.A.I.D in full") == {ClaimKind.STATUS}


ASKED = replace(BACKED, guest_text="can I come friday at 3, my budget is 1000, any discount?")


@pytest.mark.parametrize(
    "text",
    [
        "Sorry, 15:00 is taken.",
        "Did you mean Friday?",
        "Friday at 3 pm?",
        "Unfortunately we are closed on Friday.",
        "Sorry, it is more than KES 1,000.",
    ],
)
def test_the_guests_own_words_may_be_repeated_in_a_question_or_a_refusal(text: str) -> None:
    assert unbacked(text, ASKED) == []
    assert kinds(text)


@pytest.mark.parametrize(
    "text",
    ["Friday at 15:00 is free.", "It is KES 1,000.", "You get a discount.", "Sorry. 15:00 it is."],
)
def test_the_guests_own_words_back_no_statement(text: str) -> None:
    assert kinds(text, ASKED)


def test_a_snippet_backs_what_it_says() -> None:
    assert kinds("Monday to Saturday, 20% off for students.")
    told = replace(BACKED, snippets=("Monday to Saturday", "20% off for students"))
    assert unbacked("Monday to Saturday, 20% off for students.", told) == []


def test_opening_days_are_days_of_the_week_and_no_dates() -> None:
    open_days = replace(BACKED, weekdays=frozenset({4}))
    assert unbacked("We are open on Fridays.", open_days) == []
    assert kinds("Friday 27 November", open_days) == {ClaimKind.DATE}


PRICED = replace(
    BACKED,
    prices=frozenset({270_000}),
    priced={"Manicure": frozenset({120_000}), "Gel manicure": frozenset({150_000, 140_000})},
)


@pytest.mark.parametrize(
    "text",
    [
        "A manicure is KES 1,200.",
        "Manicures are 1,200/- each.",
        "Your gel-manicure was KES 1,400, it is KES 1,500 now.",
        "A manicure and a gel manicure: KES 1,200 and KES 1,500, so KES 2,700.",
        "The total for your manicure and the rest is KES 2,700.",
        "It is KES 1,500.",
    ],
)
def test_a_service_may_be_said_to_cost_what_it_costs(text: str) -> None:
    assert kinds(text, PRICED) == set()


@pytest.mark.parametrize(
    "text",
    [
        "A manicure is KES 1,500.",
        "The **Manicure** costs 1,400 shillings.",
        "Gel manicure, for you only KES 1,200!",
        "Manicure ni KES 1,500.",
    ],
)
def test_no_service_may_be_said_to_cost_what_another_one_does(text: str) -> None:
    assert kinds(text, PRICED) == {ClaimKind.PRICE}


@pytest.mark.parametrize("text", ["We can do 3 or 14:00.", "We can do 14:00, 15 or 16."])
def test_a_bare_hour_beside_a_time_is_a_time(text: str) -> None:
    assert kinds(text) == {ClaimKind.TIME}


@pytest.mark.parametrize(
    "text", ["See you at 14 pm.", "See you at 0 pm.", "See you at 38 o'clock.", "Tuonane saa 0."]
)
def test_an_hour_that_no_clock_shows_is_no_other_hour(text: str) -> None:
    noon = replace(BACKED, times=BACKED.times | {time(12, 0), time(18, 0)})
    assert kinds(text, noon) == {ClaimKind.TIME}


def test_a_weekday_does_not_back_the_day_of_the_month_behind_it() -> None:
    assert kinds("See you on Sunday 22nd!") == set()
    assert kinds("See you on Sunday 29th!") == {ClaimKind.DATE}


def test_midnight_is_an_hour_and_no_room_backs_one() -> None:
    assert kinds("We are open until 24.") == {ClaimKind.TIME}
    assert kinds("See you at 5.", replace(BACKED, snippets=("It is room 5.",))) == {ClaimKind.TIME}


def test_the_number_of_a_day_or_an_hour_is_no_price_to_be_repeated() -> None:
    theirs = replace(BACKED, guest_text="can we leave at 2 pm?\nMonday 1 June\n14:00")
    assert kinds("It is KES 1 only, shall I?", theirs) == {ClaimKind.PRICE}
    assert kinds("It is KES 2 only, shall I?", theirs) == {ClaimKind.PRICE}
    assert kinds("For KES 14, then?", theirs) == {ClaimKind.PRICE}
    theirs = replace(BACKED, guest_text="for 900, on Monday 1 June?")
    assert kinds("KES 900, did you say?", theirs) == set()


def test_a_phone_number_may_be_repeated_in_any_sentence_and_others_in_none() -> None:
    theirs = replace(BACKED, guest_text="call me on 0722 000 111")
    assert kinds("I have noted 0722 000 111.", theirs) == set()
    assert kinds("I have noted 0722 000 112.", theirs) == {ClaimKind.PHONE}


def test_a_name_is_blanked_before_days_are_looked_for_unless_it_states_something() -> None:
    assert kinds("June is on duty with Sunday Otieno.") == set()
    named_paid = replace(BACKED, names=BACKED.names | {"Paid"})
    assert kinds("All of it is paid.", named_paid) == {ClaimKind.STATUS}


def test_free_is_backed_by_a_price_of_zero() -> None:
    free = replace(BACKED, prices=frozenset({0}))
    assert unbacked("The consultation is free of charge.", free) == []


def test_a_currency_without_minor_units_is_read_in_whole_ones() -> None:
    uganda = replace(BACKED, currency="UGX", digits=0, prices=frozenset({50000}))
    assert unbacked("UGX 50,000", uganda) == []
    assert kinds("KES 50,000", uganda) == {ClaimKind.PRICE}


def test_a_claim_says_where_it_stands() -> None:
    text = "It is *KES 1,600* today."
    assert unbacked(text, BACKED) == [
        Claim(ClaimKind.PRICE, "KES 1,600", 7),
        Claim(ClaimKind.DATE, "today", 18),
    ]


FRAMES = (
    "{}",
    "Great news: {} it is!",
    "Your Gel Manicure with Amina, {}, KES 1,500.",
    "Jumapili saa nane mchana, {} sawa?",
    "We have 14:00 or 14:45 tomorrow. How about {}?",
    "Sorry about that.\n{}\nSee you.",
)
PRICES = ("KES {0:,}", "Ksh {0}", "KSh{0:,}.00", "{0:,}/=", "{0} bob", "shilingi {0:,}", "{0} KES")
DATES = (
    "{0:%A} {0.day} {0:%B}",
    "{0.day} {0:%b}",
    "{0:%B} {0.day}",
    "{0:%a} {0.day} {0:%b} {0.year}",
    "{0:%Y-%m-%d}",
    "{0.day}/{0.month}/{0.year}",
    "{0:%d.%m.%Y}",
)
TIMES = ("{0:%H:%M}", "{0:%I:%M %p}", "{0:%I.%M%p}", "at {0:%H.%M}", "saa {0:%H:%M}")


@pytest.mark.parametrize("price", ["KES 1.500.00 k", "KES 1,500.00k", "KES 1 500k", "KES 1'500k"])
def test_thousands_of_what_has_its_thousands_marked_are_no_price_of_ours(price: str) -> None:
    assert ClaimKind.PRICE in kinds(f"The manicure is {price}.")


@settings(deadline=None)  # the machine may be busy
@given(st.sampled_from(FRAMES), st.sampled_from(PRICES), st.integers(1, 300_000))
def test_a_price_slipped_in_anywhere_is_found(frame: str, form: str, price: int) -> None:
    backed = price * 100 in BACKED.prices or price in (6, 200, 204)  # the snippets' numbers
    text = frame.format(form.format(price))
    assert (ClaimKind.PRICE in kinds(text)) is not backed


@settings(deadline=None)  # the machine may be busy
@given(st.sampled_from(FRAMES), st.sampled_from(DATES), st.integers(-300, 300))
def test_a_date_slipped_in_anywhere_is_found(frame: str, form: str, days: int) -> None:
    day = TODAY + timedelta(days=days)
    year_told = "year" in form or "Y" in form
    assume(year_told or (day.month, day.day) != (11, 22))
    text = frame.format(form.format(day))
    assert (ClaimKind.DATE in kinds(text)) is (day not in BACKED.dates)


@settings(deadline=None)  # the machine may be busy
@given(st.sampled_from(FRAMES), st.sampled_from(TIMES), st.times())
def test_a_time_slipped_in_anywhere_is_found(frame: str, form: str, at: time) -> None:
    at = at.replace(second=0, microsecond=0)
    backed = BACKED.times | {time(18, 0)}  # by a snippet
    twins = {at, at.replace(hour=(at.hour + 12) % 24), at.replace(hour=(at.hour + 6) % 24)}
    twins |= {at.replace(hour=(at.hour + 18) % 24)}
    ambiguous = form.startswith(("saa", "at"))
    assume(not (ambiguous and at not in backed and twins & backed))
    assert (ClaimKind.TIME in kinds(frame.format(form.format(at)))) is (at not in backed)


SHARDS = """
saa na 24 nusu KES $ 1,5 \u00bd . : pm / - Nov sun 99999 31 02 tarehe at half past to ? \u017f
\u0130 booked 0712345678 00 % kasoro dakika 13 elfu 2026-02-30 1.5k \u0663 30:99 mwezi 1.500.00
Thursday \u017funday May 0/0/20 cancelled robo midnight 25 kumi moja \u212aES 1/2/2026
"""


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(SHARDS.split()) | st.text(max_size=4), max_size=12).map(" ".join),
    st.text(max_size=20),
    st.dates(),
)
def test_nothing_a_model_writes_makes_it_raise(text: str, guest: str, today: date) -> None:
    unbacked(text, replace(BACKED, today=today, guest_text=guest, snippets=(text, guest)))
    unbacked(text, replace(BACKED, today=today))
