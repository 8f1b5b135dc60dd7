import json
import re
from hashlib import sha256

import pytest

from app.page import MEDIA_TYPES, PAGE, WORKER, page_etag, page_file, page_files

NAMES = sorted(page_files())
SCRIPTS = [name for name in NAMES if name.endswith(".js")]
SVG = "http://www.w3.org/2000/svg"
LONGEST = 200


def text(name: str) -> str:
    return page_file(name)[0].decode()


def words(language: str) -> dict[str, str]:
    found = re.search(rf"(?ms)^const {language} = \{{\n(.*?)^\}};", text("words.js"))
    assert found
    entries = re.findall(r'(?m)^  (\w+): (".*"),$', found[1])
    assert len(entries) == found[1].count("\n")
    return {name: json.loads(said) for name, said in entries}


def test_the_whole_page_is_under_sixty_kilobytes() -> None:
    assert sum(len(page_file(name)[0]) for name in NAMES) < 60_000


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_served_with_its_type_and_an_etag_of_its_content(name: str) -> None:
    body, media_type = page_file(name)
    assert body
    assert media_type in MEDIA_TYPES.values()
    assert page_etag(name) == f'"{sha256(body).hexdigest()[:32]}"'


@pytest.mark.parametrize("name", ["", "..", "../wiring.py", "__init__.py", "other.js"])
def test_no_other_file_is_served(name: str) -> None:
    with pytest.raises(KeyError):
        page_file(name)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_comes_from_elsewhere(name: str) -> None:
    assert re.findall(r"https?:|[\"'(]//", text(name).replace(SVG, "")) == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_inline_or_made_of_markup(name: str) -> None:
    inline = r"\sstyle=|\son\w+=[\"']|<style|<script(?! type=\"module\" src=)|javascript:"
    markup = r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\("
    assert re.findall(f"{inline}|{markup}", text(name)) == []


def test_the_page_keeps_no_cookies() -> None:
    assert [name for name in SCRIPTS if "cookie" in text(name)] == []


@pytest.mark.parametrize("name", [PAGE, *SCRIPTS, "manifest.webmanifest"])
def test_what_a_file_refers_to_is_there(name: str) -> None:
    referred = re.findall(r'from "\./(.+?)"|"static/(.+?)"|"src": "(.+?)"', text(name))
    assert {file for match in referred for file in match if file} <= set(NAMES)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_has_one_idea_and_says_which(name: str) -> None:
    lines = text(name).splitlines()
    assert lines[0].startswith("// ")
    assert len(lines) <= LONGEST


def test_the_page_has_every_element_its_scripts_look_for() -> None:
    there = set(re.findall(r'\bid="(.+?)"', text(PAGE)))
    wanted = {one for name in SCRIPTS for one in re.findall(r'byId\("(.+?)"\)', text(name))}
    assert wanted <= there


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    english, swahili = words("en"), words("sw")
    assert english.keys() == swahili.keys()
    for name, said in english.items():
        assert swahili[name]
        assert re.findall(r"\{\w+\}", swahili[name]) == re.findall(r"\{\w+\}", said), name


def test_every_word_that_is_asked_for_is_there_and_every_word_there_is_asked_for() -> None:
    code = "".join(text(name) for name in SCRIPTS if name != "words.js")
    asked = set(re.findall(r'data-(?:say|label)="(.+?)"', text(PAGE)))
    asked |= {name for name in words("en") if re.search(rf"\b{name}\b", code)}
    asked |= {name for name in words("en") if name.startswith("failed_") and "`failed_${" in code}
    assert asked == set(words("en"))
    assert set(re.findall(r'\bsay\("(\w+)"', code)) <= asked


def test_the_service_worker_keeps_every_file_under_the_version_of_them_all() -> None:
    found = re.search(r'= "(.+?)"\.split', text(WORKER))
    assert found
    version, *kept = found[1].split(" ")
    assert re.fullmatch("[0-9a-f]{16}", version)
    assert kept == [name for name in NAMES if name not in (PAGE, WORKER)]
