"""What people write, and what it has to be read as. No native speaker checked the Swahili."""

from collections.abc import Callable
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reader import TrainedReader
from jirani.rules.reading import DECLINES, Meaning
from jirani.services.reading import Live, Reader

READER: Reader = TrainedReader()
PEDICURE = Live("o1", "cross_sell", ("Pedicure", "pedi", "Grace", "14:45"))
SAID = (
    "Your manicure is booked. A pedicure right after with Grace, 14:45, KES 1,500: shall I add it?"
)

TO_AN_OFFER = {
    Meaning.ACCEPT: """
        yes
        Yes
        YES!!!
        yes please!!
        yess
        yesss
        yeah go on
        yep
        yup
        ya
        y
        yea sure
        sure
        sure, why not
        why not
        Why not?
        sounds good
        that sounds great
        perfect
        that works
        that works for me
        works for me
        book it
        do it
        add it
        add it please
        pls add
        go ahead
        please go ahead
        go for it
        ok
        OK
        okay
        k
        kk
        ok cool
        fine
        that's fine with me
        thats fine by me
        alright
        all right then
        of course
        definitely
        definately
        absolutely
        certainly
        deal
        count me in
        sign me up
        I'm in
        let's do it
        lets do that
        I'll take it
        i will have that
        I'd love that
        i would love to
        yes i would
        yes, 14:45
        yes 2:45 pm is great
        14:45 works
        confirm
        confirmed
        correct
        by all means
        you bet
        no problem, go ahead
        no worries add it
        No problem
        I don't mind
        don't mind if i do
        can't wait, yes
        not bad, add it
        great
        great, thanks
        cool
        nice, book it
        ok thanks
        yes thanks
        yes to the pedicure
        the pedicure, yes
        add the pedicure
        book me in
        lock it in
        proceed
        please do
        yes that's right
        yes, where is it?
        👍
        👍🏾
        👌
        🙏
        ✅
        ok 👍
        yes 🙏
        yes 😊
        sawa
        sawa sawa
        sawa kabisa
        sawasawa
        Sawa tu
        haya
        haya basi
        ndio
        ndiyo
        NDIO
        ndiyo tafadhali
        ndio niongezee
        naam
        poa
        poa sana
        fiti
        fresh
        safi
        nzuri
        nakubali
        nimekubali
        endelea
        weka
        weka hiyo
        niwekee
        ongeza
        ongeza tu
        niongezee
        hakuna shida
        hakuna shida, weka
        bila shaka
        hakika
        kweli
        sahihi
        nitachukua
        nataka hiyo
        fanya hivyo
        twende kazi
        sawa, add it
        ndio please
        poa, book it
        eeh
        yes, why not, go ahead and add it
    """,
    Meaning.DECLINE: """
        no
        No
        NO!
        nope
        nah
        n
        no thanks
        No, thank you.
        no thank you very much
        no thanks, I'm good
        I'm good, thanks
        not interested
        i'm not interested
        no i'm fine
        no that's ok
        no, that's fine
        no it's okay
        don't book it
        dont add it
        do not add it
        please don't
        don't
        no don't
        no need
        no need thanks
        not necessary
        i don't want it
        I don't want that
        i dont need it
        i do not want a pedicure
        no pedicure please
        no pedicure
        no to the pedicure
        that won't work
        that doesn't work for me
        it's not good
        not good
        not for me
        i can't
        I can't make it
        i'll pass
        pass
        i'd rather not
        skip
        skip it
        leave it
        forget it
        never mind
        nvm
        too expensive
        it's too expensive for me
        i can't afford it
        I've changed my mind
        i refuse
        absolutely not
        of course not
        definitely not
        no way
        no can do
        ok just the manicure
        just the manicure
        sawa manicure tu
        great but too expensive
        i would love to but i can't
        I'd rather you didn't
        i'll do it myself
        hard no
        ok stop
        sawa lakini sitaki
        haya basi acha
        poa lakini sina pesa
        sounds lovely but I'll pass
        it's ok thanks don't bother
        not really
        not at all
        thanks but no thanks
        thanks, but no
        ok no
        ok, no thanks
        no no no
        no, I have a meeting that day
        no, i'm busy
        that's all
        that's all, thanks
        i'm done
        stop it
        👎
        no 🙏
        👎🏿
        hapana
        Hapana!
        hapana asante
        hapana, asante
        hapana shukrani
        hapana kabisa
        apana
        la
        la asante
        la hasha
        siyo
        sio
        sivyo
        sitaki
        sitaki hiyo
        sihitaji
        siwezi
        sipendi
        asante, sihitaji
        sawa, hapana
        usifanye
        usiweke
        usiongeze hiyo
        si lazima
        acha
        acha tu
        wacha
        achana nayo
        nimekataa
        si sahihi
        si sawa
        ni ghali sana
        sina pesa
        haifai
        hatutaki
        hakuna haja
        hiyo ni yote
        nimemaliza
    """,
    Meaning.LATER: """
        not now
        not now thanks
        no, not now
        not right now
        not yet
        not today
        maybe later
        later
        perhaps later
        later please
        another time
        some other time
        maybe next time
        next time
        i'll think about it
        let me think about it
        let me think
        i'll let you know
        ask me later
        ask me again tomorrow
        remind me on friday
        yes but not now
        yes, maybe later
        ok later
        i don't want it right now
        not at the moment
        baadaye
        labda baadaye
        sio sasa
        si sasa
        siyo sasa
        baadae
        bado
        wakati mwingine
        siku nyingine
        nitaangalia baadaye
        nitafikiria
        nitakuambia
        niulize kesho
        wacha nifikirie
    """,
    Meaning.DECLINE_ALL: """
        no extras please
        no extras
        No add-ons please
        no upsells
        already declined extras
        I already declined extras
        i already said no
        I told you no already
        i don't want any extras
        i dont need anything else
        nothing else
        nothing else thanks
        no, nothing more
        no more extras
        none of these
        not interested in anything else
        sitaki kitu kingine
        hapana, sitaki kitu kingine
        sihitaji kitu kingine
        sitaki nyongeza
        hakuna nyongeza
        nimesema hapana
        nilishasema sitaki
    """,
    Meaning.OPT_OUT: """
        stop offering me things
        stop sending me offers
        please stop sending these
        stop texting me
        stop with the offers
        don't send me any more offers
        do not message me again
        no more offers
        no more messages please
        unsubscribe
        unsubscibe
        please unsubscribe me
        stop
        STOP!
        STOPALL
        QUIT
        End
        end.
        UNSUBSCRIBE
        take me off your list
        remove me from this list
        opt out
        opt me out
        leave me alone
        i'm tired of these offers
        i don't want your offers
        acha kunitumia ujumbe
        acha kunisumbua
        wacha kunitumia ofa
        usinitumie tena
        msinitumie matangazo
        sitaki matangazo
        nimechoka na ofa zenu
    """,
    Meaning.OPT_IN: """
        START
        unstop
        subscribe
        opt in
        send me offers again
        nitumie ofa tena
    """,
    Meaning.CHANGE: """
        yes but at 5
        yes, at 5
        ok but friday
        no, friday
        no, 5 pm
        no 5pm
        no, make it 5
        can we make it 5
        make it friday instead
        i'd rather have a facial
        no, a facial instead
        how about 5pm
        what about friday?
        a bit later please
        another time please
        can you change it to 16:00
        5pm would be better
        only at 16:00
        sawa lakini saa kumi
        hapana, saa kumi
        hapana, ijumaa
        badilisha iwe kesho
        afadhali ijumaa
        hamisha iwe saa kumi
    """,
    Meaning.QUESTION: """
        what?
        how much is it
        how much?
        ok but what does it cost?
        yes but how much?
        sure, how much is it?
        what is a pedicure
        where are you
        do you have parking?
        who is Grace?
        how long does it take?
        is it expensive?
        why?
        huh?
        ?
        bei gani
        ni bei gani?
        pesa ngapi
        itachukua muda gani?
        wapi?
        je, mna parking?
        sawa, bei gani?
    """,
    Meaning.CANCEL: """
        cancel
        CANCEL
        cancel my appointment
        please cancel
        can you cancel my booking
        i want to cancel
        I need to cancel my manicure
        cancle my appointment
        ghairi
        futa
        naomba kughairi
        nataka kufuta miadi yangu
        nighairie
    """,
    Meaning.HUMAN: """
        I want to talk to someone
        can i speak to a human
        human
        human please
        talk to a person
        let me speak to the manager
        real person please
        customer care
        connect me to an agent
        are you a robot?
        call me please
        nataka kuongea na mtu
        naomba kuzungumza na meneja
        niunganishe na mhudumu
    """,
    Meaning.COMPLAINT: """
        this is terrible
        I want to complain
        worst service ever
        this is ridiculous
        i am very disappointed
        you charged me twice
        i want my money back
        I want a refund
        your staff was rude
        nataka kulalamika
        nina malalamiko
        huduma mbaya sana
        mmeniudhi
    """,
    Meaning.UNCLEAR: """
        thanks
        thank you
        asante
        asante sana
        thanks 🙏
        ok thanks bye
        not sure
        i'm not sure
        maybe
        hmm
        i don't know
        idk
        hi
        hello
        good morning
        no need for towels
        no towels please
        no wait, yes
        yes no
        that's ok, thanks
        it's fine
        ok whatever
        yeah right
        yes stop
        yes only the manicure
        yes only manicure
        lol
        can you book me a pedicure
        yeah no
        hapana ndiyo
        ndio hivyo
        ndio hapana
        😂
        🤔
        ...

        can I get a manicure
        nataka kusuka
        END of the day is fine
        lorem ipsum dolor
        sijui
        sina hakika
        labda
        ngoja
        wait
        i guess
        привет
        don't cancel
        yes if it's not too late
        > yes please
    """,
}


def lines_of(table: dict[Meaning, str]) -> list[tuple[str, Meaning]]:
    return [
        (line.strip(), meaning)
        for meaning, block in table.items()
        for line in block.strip().splitlines()
    ]


@pytest.mark.parametrize(("text", "meaning"), lines_of(TO_AN_OFFER))
def test_a_reply_to_an_offer_is_read_as_meant(text: str, meaning: Meaning) -> None:
    assert READER.read(text, live=[PEDICURE], last_said=SAID).meaning is meaning


@pytest.mark.parametrize("text", [text for text, m in lines_of(TO_AN_OFFER) if m in DECLINES])
@pytest.mark.parametrize("shape", [str.upper, str.title, "  {}  ".format, "{}!!!".format])
def test_a_refusal_is_no_acceptance_however_it_is_typed(
    text: str, shape: Callable[[str], str]
) -> None:
    for last_said in ("", SAID, "Anything else?"):
        assert (
            READER.read(shape(text), live=[PEDICURE], last_said=last_said).meaning
            is not Meaning.ACCEPT
        )


CONFIRMING = Live("p1", "book", ("Manicure", "Amina", "14:00"))
MOVING = Live("p2", "move", ("Manicure", "16:00"))
CANCELLING = Live("p3", "cancel", ("Manicure",))


def meaning_of(text: str, *live: Live, said: str = "", appointment: bool = False) -> Meaning:
    return READER.read(text, live=live, last_said=said, has_appointment=appointment).meaning


@pytest.mark.parametrize(
    ("text", "live", "handle"),
    [
        ("yes to the pedicure", [PEDICURE, MOVING], "o1"),
        ("the move yes", [PEDICURE, MOVING], "p2"),
        ("yes with Grace", [PEDICURE, MOVING], "o1"),
        ("yes", [PEDICURE, MOVING], None),
        ("yes to both", [PEDICURE, MOVING], None),
        ("yes the pedicure and the move", [PEDICURE, MOVING], None),
        ("no to the pedicure", [PEDICURE, MOVING], "o1"),
        ("pedi sawa", [PEDICURE, CONFIRMING], "o1"),
        ("yes 14:45", [PEDICURE, CONFIRMING], "o1"),
        ("yes the pedicures", [PEDICURE, CONFIRMING], "o1"),
    ],
)
def test_the_words_name_one_live_thing_or_none(
    text: str, live: list[Live], handle: str | None
) -> None:
    assert READER.read(text, live=live).handle == handle


def test_a_pressed_button_accepts_what_it_stands_for() -> None:
    reading = READER.read(" o1 ", live=[PEDICURE, MOVING])
    assert (reading.meaning, reading.handle) == (Meaning.ACCEPT, "o1")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("yes please", "en"),
        ("hapana asante", "sw"),
        ("sawa please book it for tomorrow", "en"),
        ("nataka manicure kesho", "sw"),
        ("ok", None),
        ("\U0001f44d", None),
        ("14:45", None),
        ("", None),
    ],
)
def test_the_language_is_known_by_small_words(text: str, language: str | None) -> None:
    assert READER.read(text).language == language


MENU = "Shall I add a pedicure?\n1. Yes, add it\n2. No thanks"
KEYCAPS = "1\ufe0f\u20e3 Ndiyo\n2\ufe0f\u20e3 Hapana"


@pytest.mark.parametrize(
    ("text", "said", "meaning"),
    [
        ("1", MENU, Meaning.ACCEPT),
        ("2", MENU, Meaning.DECLINE),
        (" 2. ", MENU, Meaning.DECLINE),
        ("3", MENU, Meaning.UNCLEAR),
        ("1", "Reply 1 = yes, 2 = no", Meaning.ACCEPT),
        ("2", "Reply 1 = yes, 2 = no", Meaning.DECLINE),
        ("2\ufe0f\u20e3", KEYCAPS, Meaning.DECLINE),
        ("1", KEYCAPS, Meaning.ACCEPT),
        ("1", SAID, Meaning.UNCLEAR),
        ("2", "", Meaning.UNCLEAR),
    ],
)
def test_a_number_answers_only_a_menu_that_was_shown(
    text: str, said: str, meaning: Meaning
) -> None:
    assert meaning_of(text, PEDICURE, said=said) is meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("> Shall I add it? yes\nno thanks", Meaning.DECLINE),
        (f"{SAID}\nhapana", Meaning.DECLINE),
        (f"{SAID} no", Meaning.DECLINE),
        (f"> {SAID}\nsawa", Meaning.ACCEPT),
        (SAID, Meaning.UNCLEAR),
        (f"> {SAID}", Meaning.UNCLEAR),
    ],
)
def test_our_own_words_quoted_back_do_not_count(text: str, meaning: Meaning) -> None:
    assert meaning_of(text, PEDICURE, said=SAID) is meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("yes", Meaning.ACCEPT),
        ("yes cancel it", Meaning.ACCEPT),
        ("cancel it", Meaning.ACCEPT),
        ("ndiyo ghairi", Meaning.ACCEPT),
        ("no", Meaning.DECLINE),
        ("no, keep it", Meaning.DECLINE),
        ("don't cancel", Meaning.DECLINE),
        ("no don't cancel it", Meaning.DECLINE),
        ("usighairi", Meaning.DECLINE),
        ("hapana", Meaning.DECLINE),
    ],
)
def test_words_about_cancelling_answer_the_question_whether_to_cancel(
    text: str, meaning: Meaning
) -> None:
    assert (
        meaning_of(text, CANCELLING, said="Shall I cancel your manicure?", appointment=True)
        is meaning
    )


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("yes", Meaning.ACCEPT),
        ("yes, 2pm", Meaning.ACCEPT),
        ("yes at 3", Meaning.CHANGE),
        ("no, 3", Meaning.CHANGE),
        ("no, with Grace", Meaning.CHANGE),
        ("no, for two people", Meaning.CHANGE),
        ("hapana, kesho", Meaning.CHANGE),
        ("no", Meaning.DECLINE),
        ("no thanks", Meaning.DECLINE),
        ("cancel", Meaning.CANCEL),
        ("cancel that", Meaning.CANCEL),
    ],
)
def test_a_no_with_content_corrects_a_booking_that_waits(text: str, meaning: Meaning) -> None:
    said = "A manicure with Amina on Sunday 22 November at 14:00, KES 1,200: shall I book it?"
    assert meaning_of(text, CONFIRMING, said=said) is meaning


def test_not_coming_cancels_only_where_something_is_booked() -> None:
    assert meaning_of("i can't make it", appointment=True) is Meaning.CANCEL
    assert meaning_of("i can't make it", PEDICURE, appointment=True) is Meaning.DECLINE
    assert meaning_of("siwezi kuja", appointment=True) is Meaning.CANCEL


def test_cancelling_is_surer_with_an_appointment() -> None:
    with_one = READER.read("CANCEL", has_appointment=True)
    assert with_one.confidence > READER.read("CANCEL").confidence
    assert meaning_of("what is your cancellation policy?") is Meaning.QUESTION


def test_a_yes_to_anything_else_accepts_nothing() -> None:
    assert meaning_of("yes", said="Is there anything else?") is Meaning.UNCLEAR


PERSON = "I'm sorry, I still don't understand. Would you like a person from the team to help you?"
MTU = "Samahani, bado sijaelewa. Ungependa mtu kutoka kwenye timu akusaidie?"


@pytest.mark.parametrize(("text", "said"), [("yes", PERSON), ("yes please", PERSON), ("ndio", MTU)])
def test_a_yes_to_the_offer_of_a_person_sells_nothing(text: str, said: str) -> None:
    assert meaning_of(text, said=said) is Meaning.HUMAN
    assert meaning_of(text, PEDICURE, said=said) is Meaning.HUMAN


def test_a_yes_that_says_what_to_add_is_no_yes_to_a_person() -> None:
    assert meaning_of("yes, add it", PEDICURE, said=PERSON) is Meaning.ACCEPT
    assert meaning_of("yes to the pedicure", PEDICURE, said=PERSON) is Meaning.ACCEPT


@given(st.text(max_size=400), st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str, said: str) -> None:
    reading = READER.read(text, live=[PEDICURE, MOVING], last_said=said)
    assert 0 <= reading.confidence <= 1


@given(st.sampled_from([text for text, m in lines_of(TO_AN_OFFER) if m is Meaning.ACCEPT]))
def test_a_no_in_front_vetoes_every_acceptance(text: str) -> None:
    assert meaning_of(f"no. {text}", PEDICURE, said=SAID) is not Meaning.ACCEPT


@pytest.mark.parametrize(
    "unit", ["yes no ", "a", "no need for ", "please can you ", "<b>", "\U0001f44d", "1 "]
)
def test_ten_thousand_characters_are_read_fast(unit: str) -> None:
    text = (unit * 10_000)[:10_000]
    before = perf_counter()
    READER.read(text, live=[PEDICURE], last_said=SAID)
    assert perf_counter() - before < 0.5


PAID = "Thank you, we have received KES 1,200 for Manicure. See you on Sunday!"


@pytest.mark.parametrize("text", ["ok thanks, see you", "sawa asante", "great, thanks", "ok"])
def test_thanks_for_news_are_no_late_yes(text: str) -> None:
    assert READER.read(text, live=[PEDICURE], last_said=PAID).meaning is Meaning.UNCLEAR


@pytest.mark.parametrize(
    "text", ["yes", "ok add it", "ndiyo ongeza", "basi ndiyo ongeza", "sorry I was away. yes"]
)
def test_a_late_yes_after_news_still_is_one(text: str) -> None:
    assert READER.read(text, live=[PEDICURE], last_said=PAID).meaning is Meaning.ACCEPT


TIMES = "For your Manicure on Sunday 22 November I have 13:00, 13:15 or 14:45. Which one?"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("none of those", Meaning.DECLINE),
        ("None of those work", Meaning.DECLINE),
        ("none of these work for me", Meaning.DECLINE),
        ("none of those, on Monday instead", Meaning.CHANGE),
        ("no extras please", Meaning.DECLINE_ALL),
    ],
)
def test_none_of_the_times_listed_is_no_general_no(text: str, meaning: Meaning) -> None:
    assert meaning_of(text, said=TIMES) is meaning
    assert meaning_of(text, PEDICURE, said=TIMES.replace("14:45", "15:00")) is meaning


@pytest.mark.parametrize("text", ["None of those work", "none of these works for me"])
def test_none_of_those_work_is_no_acceptance_of_an_extra(text: str) -> None:
    assert meaning_of(text, PEDICURE, said=SAID) is Meaning.DECLINE


@pytest.mark.parametrize(
    "text",
    [
        "i want to talk to someonee",
        "can i talk to somone",
        "nipe mudumu",
        "nipe mhuumu",
        "naomba kuongea na mtuu",
        "nataka kuongea na mhudumuu",
    ],
)
def test_a_person_is_understood_with_a_slip_of_the_finger(text: str) -> None:
    assert meaning_of(text) is Meaning.HUMAN
