import pytest

from prompts.library import Prompts
from prompts.sections import LANGUAGES, TONES
from prompts.texts import Text

PROMPTS = Prompts()
MUST_VARY = ("greeting", "booked", "cross_sell_offer", "cancelled_forgiving", "cancelled_firm")


@pytest.mark.parametrize("text", PROMPTS.texts(), ids=lambda text: text.name)
def test_a_text_says_all_its_examples_in_both_languages_and_every_tone(text: Text) -> None:
    for language in LANGUAGES:
        for tone in TONES:
            examples = text.examples(language)
            words = PROMPTS.render(text.name, language, tone=tone, **examples)
            assert all(example in words for example in examples.values())
            assert "{" not in words
            assert not words[0].islower()


@pytest.mark.parametrize("name", MUST_VARY)
def test_a_tone_can_be_heard(name: str) -> None:
    text = PROMPTS.text(name)
    for language in LANGUAGES:
        said = {
            PROMPTS.render(name, language, tone=tone, **text.examples(language)) for tone in TONES
        }
        assert len(said) == len(TONES)


def test_the_first_greeting_speaks_both_languages() -> None:
    words = PROMPTS.render("greeting", "en", business="Amani Salon")
    assert words.startswith("Hi, welcome to Amani Salon! / Karibu Amani Salon!")


def test_no_text_asks_for_a_pin_in_the_chat() -> None:
    for text in PROMPTS.texts():
        words = text.section("en", "warm").template.source
        assert "PIN" not in words or "Never type the PIN here." in words


def test_the_instructions_name_the_tools_of_the_cross_sell_in_order() -> None:
    words = PROMPTS.instructions("guest")
    tools = ["find_cross_sell_options", "reserve_pair", "apply_upsell"]
    places = [words.index(tool) for tool in [*tools, "save_contact", "start_payment"]]
    assert places == sorted(places)
