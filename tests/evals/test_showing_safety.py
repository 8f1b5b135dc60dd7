import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from evals.showing.page import page
from tests.support.proving import Proved
from tests.support.reading import Read
from tests.support.told import booked, called, decided, result, says, seen, written

HOSTILE = (
    "</script><script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)>"
    "\" onmouseover='x' \u202eesrever\u200f \x00\x1b[31m \ud800 &amp;"
)


def test_hostile_text_is_only_text_wherever_it_stands(tmp_path: Path) -> None:
    steps = [
        says(
            HOSTILE,
            HOSTILE,
            calls=[called(HOSTILE, reason=HOSTILE, given=HOSTILE)],
            events=[HOSTILE],
            seen=seen(appointments=[booked(HOSTILE)]),
        )
    ]
    scenario = written(
        tmp_path,
        """\
        title: "<b>Bold</b>"
        covers: [O2]
        language: en
        turns:
          - guest: hi
            expect:
              appointments: [{service: "<u>", start: 2026-11-22T14:00, status: held}]
              reply: {contains: ["<s>"]}
        """,
    )
    text = page([result(scenario, steps), result(scenario, steps, broke=HOSTILE)])
    text.encode("utf-8")
    read = Read(text)
    tags = {tag for tag, _ in read.elements}
    assert not tags & {"img", "u", "s"}
    assert [tag for tag, _ in read.elements].count("script") == 1
    assert not [name for _, each in read.elements for name in each if name.startswith("on")]
    assert not re.search("[\x00-\x08\x0b-\x1f\u200f\u202a-\u202e]", text)
    assert "[U+202E]esrever[U+200F] [U+0000][U+001B][31m [U+D800] &amp;" in read.words


def test_nothing_is_loaded_and_the_policy_names_just_this_style_and_script(
    tmp_path: Path,
) -> None:
    scenario = written(tmp_path, "{title: Hi, covers: [§7], language: en, turns: [{guest: hi}]}")
    text = page([result(scenario, [says("hi", "Hello!")])])
    assert "://" not in text
    assert " style=" not in text
    read = Read(text)
    assert not set(read.all("src"))
    [policy] = read.all("content")[:1]
    for kind in ("style", "script"):
        [inside] = re.findall(f"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        digest = b64encode(sha256(inside.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")


def test_long_words_are_folded_and_none_is_lost(tmp_path: Path) -> None:
    long = "".join(chr(ord("a") + number % 26) for number in range(10_000))
    scenario = written(tmp_path, "{title: Long, covers: [§7], language: en, turns: [{guest: hi}]}")
    read = Read(page([result(scenario, [says(long)])]))
    assert long in "".join(read.text).replace("… and 9,700 more letters", "")


def test_a_large_set_of_long_conversations_is_a_light_page(tmp_path: Path, proved: Proved) -> None:
    turns = [f"{{guest: message {number}}}" for number in range(10)]
    text = f"{{title: Long, covers: [§7], language: en, turns: [{', '.join(turns)}]}}"
    rows = [booked(f"Service {number}") for number in range(10)]
    refusals = [decided(f"guard {number}") for number in range(40)]
    steps = [
        says(
            f"message {number}",
            "All set! Your Manicure is booked for Sunday 22 November at 14:00. " * 4,
            calls=[called("find_slots", day="2026-11-22", service="v1") for _ in range(4)],
            events=["tool.called", "guard.decided", "turn.finished"] * 3,
            seen=seen(appointments=rows[: number + 1], decisions=refusals[: 4 * number + 4]),
        )
        for number in range(10)
    ]
    shown = [result(written(tmp_path, text, f"long-{n}"), steps) for n in range(74)]
    size = len(page(shown).encode()) / 1e6
    assert size < 3.0
    proved(f"HTML report: 74 conversations of ten turns and 40 tool calls in {size:.1f} MB")
